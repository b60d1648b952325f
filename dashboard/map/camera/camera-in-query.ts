import { ZOOM_MAX, ZOOM_MIN } from './camera.ts'
import { LAT_MAX } from './mercator.ts'

/** The place of the map, as kept in the address: `map=zoom/lat/lon`. */
export interface CameraView {
  zoom: number
  lat: number
  lon: number
}

/** The camera in a query; `undefined` if there is no camera or it is invalid. */
export function cameraOfQuery(query: URLSearchParams): CameraView | undefined {
  const parts = query.get('map')?.split('/')
  if (parts?.length !== 3 || parts.some((it) => !/^-?\d{1,3}(\.\d{1,12})?$/.test(it))) return undefined
  const [zoom = NaN, lat = NaN, lon = NaN] = parts.map(Number)
  if (zoom < ZOOM_MIN || zoom > ZOOM_MAX || Math.abs(lat) > LAT_MAX || Math.abs(lon) > 180) return undefined
  return { zoom, lat, lon }
}

/** The camera as a query's value, exact to a pixel. */
export function queryOfCamera({ zoom, lat, lon }: CameraView): string {
  const decimals = Math.min(Math.max(Math.ceil((zoom * Math.LN2 + Math.log(512 / 360)) / Math.LN10), 0), 7)
  return `${trimmed(zoom, 2)}/${trimmed(lat, decimals)}/${trimmed(lon, decimals)}`
}

function trimmed(value: number, decimals: number): string {
  return String(Number(value.toFixed(decimals)) + 0)
}
