/** Other origins that the page may connect to. */
export interface DashboardHosts {
  /** the broker's WebSocket; `undefined` if it is on the page's own host, at one of these ports */
  mqttUrl: string | undefined
  mqttWsPort: number
  /** `undefined` if there is no TLS */
  mqttWssPort: number | undefined
  tilesUrl: string | undefined
  /** attribution of the tiles, as plain text */
  tilesAttribution: string | undefined
  styleUrl: string | undefined
  /** origins that the style refers to, separated by commas */
  mapOrigins: string | undefined
}

/**
 * The Content-Security-Policy of the page, for the host name that a browser used. It allows nothing inline, other
 * origins only for the operator's own maps, and connections only to the API and the broker. MapLibre decodes its images
 * to `blob:`.
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

/** The WebSocket of a broker on the page's host. */
function brokersAt({ mqttWsPort, mqttWssPort }: DashboardHosts, hostname: string | undefined): string[] {
  // A policy has no notation for IPv6 addresses, and text that is not a host name must not become part of it.
  const host = /^[A-Za-z0-9.-]{1,253}$/.test(hostname ?? '') ? hostname : '*'
  const brokers = [`ws://${host}:${mqttWsPort}`]
  if (mqttWssPort !== undefined) brokers.push(`wss://${host}:${mqttWssPort}`)
  return brokers
}

/** Nothing for a path on this origin. The settings' patterns allow only http, https, ws and wss. */
function originOf(url: string | undefined): string[] {
  if (url === undefined || url.startsWith('/')) return []
  const { protocol, host } = new URL(url)
  return [`${protocol}//${host}`]
}
