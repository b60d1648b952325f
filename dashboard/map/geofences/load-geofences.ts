import type { Client, Schemas } from '../../../client/client.ts'

/** @limit pages of geofences that the map shows, 500 each | further ones are not shown */
const PAGES_MAX = 10

/** The geofences that the user may see; `undefined` if they cannot be loaded. */
export async function loadGeofences(
  api: Client,
  signal: AbortSignal,
): Promise<Schemas['Geofence'][] | undefined> {
  const geofences: Schemas['Geofence'][] = []
  const query: { limit: number; cursor?: string } = { limit: 500 }
  for (let page = 0; page < PAGES_MAX; page++) {
    const { data } = await api.GET('/api/geofences', { params: { query }, signal })
    if (data === undefined) return undefined
    geofences.push(...data.items)
    if (data.next_cursor === null) break
    query.cursor = data.next_cursor
  }
  return geofences
}
