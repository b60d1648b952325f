/** What GET /api/dashboard-config tells of the broker. */
export interface BrokerAddress {
  mqtt_url: string | null
  mqtt_ws_port: number
  mqtt_wss_port: number | null
}

/** The broker's WebSocket for a page at `page`; `undefined` if the browser would not connect to it. */
export function brokerUrl(
  place: BrokerAddress,
  page: { protocol: string; hostname: string },
): string | undefined {
  if (place.mqtt_url !== null) return place.mqtt_url
  if (page.protocol !== 'https:') return `ws://${page.hostname}:${place.mqtt_ws_port}/mqtt`
  // A page that came encrypted may open no plain connection.
  if (place.mqtt_wss_port === null) return undefined
  return `wss://${page.hostname}:${place.mqtt_wss_port}/mqtt`
}
