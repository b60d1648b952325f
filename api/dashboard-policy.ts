/** Where the page may go besides its own origin. */
export interface DashboardHosts {
  /** the broker's WebSocket; undefined: at the page's own host, at one of these ports */
  mqttUrl: string | undefined
  mqttWsPort: number
  /** undefined: there is no TLS */
  mqttWssPort: number | undefined
  tilesUrl: string | undefined
  /** whose the tiles are, as plain text */
  tilesAttribution: string | undefined
  styleUrl: string | undefined
  /** what the style names is there; separated by commas */
  mapOrigins: string | undefined
}

/**
 * The Content-Security-Policy of the page, which a browser has reached at `hostname`: nothing inline, nothing from elsewhere
 * but the operator's own maps, and connections to the API and the broker alone. MapLibre decodes its images to `blob:`.
 */
export function dashboardPolicy(hosts: DashboardHosts, hostname: string | undefined): string {
  const mapUrls = [hosts.tilesUrl, hosts.styleUrl, ...(hosts.mapOrigins?.split(',') ?? [])]
  const maps = mapUrls.flatMap((url) => originOf(url))
  return [
    "default-src 'none'",
    "script-src 'self'",
    "worker-src 'self'",
    "style-src 'self'",
    ["img-src 'self' data: blob:", ...new Set(maps)].join(' '),
    ["connect-src 'self'", ...new Set([...brokersOf(hosts, hostname), ...maps])].join(' '),
    "font-src 'self'",
    "manifest-src 'self'",
    "base-uri 'none'",
    "form-action 'self'",
    "frame-ancestors 'none'",
  ].join('; ')
}

function brokersOf(
  { mqttUrl, mqttWsPort, mqttWssPort }: DashboardHosts,
  hostname: string | undefined,
): string[] {
  if (mqttUrl !== undefined) return originOf(mqttUrl)
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
