import type { DashboardHosts } from './policy.ts'
import { API_VERSION } from '../openapi/document.ts'
import { replyObject } from '../schema/reply-schemas.ts'
import { route, type Route } from '../http/route.ts'

const port = { minimum: 1, maximum: 65535 } as const
const urlOrNull = { type: ['string', 'null'] } as const

const configReply = replyObject('DashboardConfig', {
  mqtt_url: {
    ...urlOrNull,
    description:
      "the broker's WebSocket; null if it is at this API's host, path /mqtt, and one of these ports",
  },
  mqtt_ws_port: { type: 'integer', ...port },
  mqtt_wss_port: { type: ['integer', 'null'], ...port, description: 'null without TLS' },
  tiles_url: { ...urlOrNull, description: 'URL of raster tiles, with {z}, {x} and {y}' },
  tiles_attribution: { type: ['string', 'null'], description: 'attribution of the tiles, plain text' },
  style_url: { ...urlOrNull, description: 'URL of a MapLibre GL style' },
  stale_after_s: { type: 'integer', minimum: 1, description: 'age in seconds from which a value is stale' },
  version: { type: 'string' },
})

/** GET /api/dashboard-config: the settings that a page needs before the login. */
export function dashboardConfigRoutes(hosts: DashboardHosts, staleAfterS: number): Route[] {
  const body = {
    mqtt_url: hosts.mqttUrl ?? null,
    mqtt_ws_port: hosts.mqttWsPort,
    mqtt_wss_port: hosts.mqttWssPort ?? null,
    tiles_url: hosts.tilesUrl ?? null,
    tiles_attribution: hosts.tilesAttribution ?? null,
    style_url: hosts.styleUrl ?? null,
    stale_after_s: staleAfterS,
    version: API_VERSION,
  }
  return [
    route({
      method: 'get',
      path: '/api/dashboard-config',
      summary: 'Get the addresses of the broker and of the maps',
      tag: 'operation',
      access: 'public',
      replies: { 200: { description: 'The settings of the dashboard', schema: configReply } },
      handle: () => ({ status: 200, body }),
    }),
  ]
}
