/** Where the page may go besides its own origin. */
export interface DashboardHosts {
  /** the broker's WebSocket; `undefined` if it is at the page's own host, at one of these ports */
  mqttUrl: string | undefined
  mqttWsPort: number
  /** `undefined` without TLS */
  mqttWssPort: number | undefined
  tilesUrl: string | undefined
  /** whose the tiles are, as plain text */
  tilesAttribution: string | undefined
  styleUrl: string | undefined
  /** what the style names is there; separated by commas */
  mapOrigins: string | undefined
}

/**
 * The Content-Security-Policy of the page, for the host name at which a browser has reached it: nothing inline, nothing from
 * elsewhere but the operator's own maps, and connections to the API and the broker alone. MapLibre decodes its images to `blob:`.
 * @throws TypeError if an address is invalid, e.g. because its port is out of range
 */
export function createDashboardPolicy(hosts: DashboardHosts): (hostname: string | undefined) => string {
  const mapUrls = [hosts.tilesUrl, hosts.styleUrl, ...(hosts.mapOrigins?.split(',') ?? [])]
  const maps = mapUrls.flatMap((url) => originOf(url))
  const broker = originOf(hosts.mqttUrl)

  return (hostname) => {
    const brokers = hosts.mqttUrl === undefined ? brokersAt(hosts, hostname) : broker
    return [
      "default-src 'none'",
      "script-src 'self'",
      "worker-src 'self'",
      "style-src 'self'",
      ["img-src 'self' data: blob:", ...new Set(maps)].join(' '),
      ["connect-src 'self'", ...new Set([...brokers, ...maps])].join(' '),
      "font-src 'self'",
      "manifest-src 'self'",
      "base-uri 'none'",
      "form-action 'self'",
      "frame-ancestors 'none'",
    ].join('; ')
  }
}

/** The broker beside the page. */
function brokersAt({ mqttWsPort, mqttWssPort }: DashboardHosts, hostname: string | undefined): string[] {
  // A policy has no notation for an address of IPv6, and what is no host name must not become part of one.
  const host = /^[A-Za-z0-9.-]{1,253}$/.test(hostname ?? '') ? hostname : '*'
  const brokers = [`ws://${host}:${mqttWsPort}`]
  if (mqttWssPort !== undefined) brokers.push(`wss://${host}:${mqttWssPort}`)
  return brokers
}

/** Nothing for a path of our own. The settings' patterns allow only http, https, ws and wss. */
function originOf(url: string | undefined): string[] {
  if (url === undefined || url.startsWith('/')) return []
  const { protocol, host } = new URL(url)
  return [`${protocol}//${host}`]
}
