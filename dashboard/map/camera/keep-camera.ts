import type { App } from '../../app-context.ts'
import type { Camera } from './camera.ts'
import { cameraOfQuery, queryOfCamera } from './camera-in-query.ts'
import { latOfY, lonOfX, xOfLon, yOfLat } from './mercator.ts'

/** Browsers refuse more than 100 or 200 changes of the address in 30 s. */
const INTERVAL_MS = 500

/** The camera in the address; `undefined` if there is no camera. */
export function cameraOfAddress(app: Pick<App, 'route'>): Pick<Camera, 'x' | 'y' | 'zoom'> | undefined {
  const place = cameraOfQuery(app.route.peek().query)
  return place && { x: xOfLon(place.lon), y: yOfLat(place.lat), zoom: place.zoom }
}

/** Writes the place of the map into the address once the map rests. */
export function keepCamera(app: Pick<App, 'route' | 'navigate'>): {
  rested(camera: Camera): void
  stop(): void
} {
  let timer: ReturnType<typeof setTimeout> | undefined
  return {
    rested({ x, y, zoom }) {
      clearTimeout(timer)
      timer = setTimeout(() => {
        const { view, query } = app.route.peek()
        const value = queryOfCamera({ zoom, lat: latOfY(y), lon: lonOfX(x - Math.floor(x)) })
        if (view !== 'map' || query.get('map') === value) return
        const rest = new URLSearchParams(query)
        rest.delete('map')
        // URLSearchParams would escape slashes, which need no escaping and are easier to read.
        const text = [rest.toString(), `map=${value}`].filter((it) => it !== '').join('&')
        app.navigate(`${location.pathname}?${text}`, { replace: true })
      }, INTERVAL_MS)
    },
    stop: () => clearTimeout(timer),
  }
}
