import type { App } from '../../app-context.ts'
import { type Camera, fitCamera } from './camera.ts'
import { fleetBounds } from './fleet-bounds.ts'
import { cameraOfAddress } from './keep-camera.ts'
import { xOfLon, yOfLat } from './mercator.ts'

const VEHICLE_ZOOM = 13

/** The start of the map: the camera in the address, its vehicle, or all vehicles. `undefined` if nothing has a position yet. */
export function startCamera(
  app: Pick<App, 'route' | 'table' | 'filter'>,
  size: { width: number; height: number },
): Pick<Camera, 'x' | 'y' | 'zoom'> | undefined {
  const named = cameraOfAddress(app)
  if (named) return named
  const route = app.route.peek()
  const place = route.view === 'map' && route.vehicle !== undefined ? placeOf(app, route.vehicle) : undefined
  if (place) return { ...place, zoom: VEHICLE_ZOOM }
  const bounds = fleetBounds(app.table, app.filter.mask.peek())
  // A map that is not visible yet has no size.
  return bounds === undefined || size.width === 0 ? undefined : fitCamera(bounds, size)
}

/** The position of a vehicle in Mercator coordinates; `undefined` if it is unknown. */
export function placeOf({ table }: Pick<App, 'table'>, key: string): { x: number; y: number } | undefined {
  const row = table.rowOf(key)
  if (row === undefined) return undefined
  const [lat = NaN, lon = NaN] = [table.lat[row], table.lon[row]]
  return Number.isNaN(lat) ? undefined : { x: xOfLon(lon), y: yOfLat(lat) }
}
