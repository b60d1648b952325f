import type { App } from '../../app-context.ts'
import type { CameraMover } from '../camera/camera-mover.ts'
import type { FleetLayer } from '../fleet/fleet-layer.ts'
import { placeOf } from '../camera/start-camera.ts'

const ZOOM_MIN = 12

/** An effect that marks the vehicle in the address, and moves to it if it is not in view. */
export function watchSelected(
  app: Pick<App, 'route' | 'table'>,
  layer: FleetLayer,
  mover: CameraMover,
): () => void {
  let isFirst = true
  return () => {
    const route = app.route.value
    const key = route.view === 'map' ? route.vehicle : undefined
    // At the start, the map is already at the vehicle or where the address says.
    const isChosen = !isFirst && key !== layer.selected
    isFirst = false
    layer.selected = key
    layer.invalidate()
    const place = isChosen && key !== undefined ? placeOf(app, key) : undefined
    if (place === undefined) return
    // Once the panel is shown.
    requestAnimationFrame(() => {
      if (layer.selected === key && !mover.sees(place)) mover.show(place, { zoomMin: ZOOM_MIN })
    })
  }
}
