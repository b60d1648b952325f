/** The broker's address in the reply to GET /api/dashboard-config. */
export interface BrokerAddress {
  mqtt_url: string | null
  mqtt_ws_port: number
  mqtt_wss_port: number | null
}

/** The URL of the broker's WebSocket for a page; `undefined` if the browser would not connect to it. */
export function brokerUrl(
  place: BrokerAddress,
  page: { protocol: string; hostname: string },
): string | undefined {
  if (place.mqtt_url !== null) return place.mqtt_url
  if (page.protocol !== 'https:') return `ws://${page.hostname}:${place.mqtt_ws_port}/mqtt`
  // An encrypted page may not open a plain connection.
  if (place.mqtt_wss_port === null) return undefined
  return `wss://${page.hostname}:${place.mqtt_wss_port}/mqtt`
}
