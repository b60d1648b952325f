import type { App } from '../../app-context.ts'
import type { Basemap } from '../basemap/basemap.ts'
import { geofenceFeatures } from './geofence-features.ts'
import { loadGeofences } from './load-geofences.ts'

/** Geofences change rarely, and the live feed does not have them. */
const INTERVAL_MS = 60_000

/** Shows the geofences on the map, and changes of them within a minute. Returns a function that ends this. */
export function followGeofences({ api }: Pick<App, 'api'>, map: Basemap): () => void {
  const abort = new AbortController()
  const load = () => {
    if (document.hidden) return
    loadGeofences(api, abort.signal).then(
      (it) => it && map.showGeofences?.(geofenceFeatures(it)),
      // The next attempt is soon.
      () => undefined,
    )
  }
  load()
  const timer = setInterval(load, INTERVAL_MS)
  return () => {
    abort.abort()
    clearInterval(timer)
  }
}
