import { ZOOM_MAX, ZOOM_MIN } from './camera.ts'
import { LAT_MAX } from './mercator.ts'

/** Where the map was, as an address keeps it: `map=zoom/lat/lon`. */
export interface CameraView {
  zoom: number
  lat: number
  lon: number
}

/** undefined: none, or one that is no place. */
export function cameraOfQuery(query: URLSearchParams): CameraView | undefined {
  const parts = query.get('map')?.split('/')
  if (parts?.length !== 3 || parts.some((it) => !/^-?\d{1,3}(\.\d{1,12})?$/.test(it))) return undefined
  const [zoom = NaN, lat = NaN, lon = NaN] = parts.map(Number)
  if (zoom < ZOOM_MIN || zoom > ZOOM_MAX || Math.abs(lat) > LAT_MAX || Math.abs(lon) > 180) return undefined
  return { zoom, lat, lon }
}

/** As many decimals as the zoom can show: a pixel and not more. */
export function queryOfCamera({ zoom, lat, lon }: CameraView): string {
  const decimals = Math.min(Math.max(Math.ceil((zoom * Math.LN2 + Math.log(512 / 360)) / Math.LN10), 0), 7)
  return `${trimmed(zoom, 2)}/${trimmed(lat, decimals)}/${trimmed(lon, decimals)}`
}

function trimmed(value: number, decimals: number): string {
  return String(Number(value.toFixed(decimals)) + 0)
}
