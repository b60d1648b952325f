import type { Signal } from '@preact/signals'
import type { App } from '../../app-context.ts'
import { vehiclePath } from '../../routing/routes.ts'
import type { Basemap } from '../basemap/basemap.ts'
import { ZOOM_MAX } from '../camera/camera.ts'
import type { CameraMover } from '../camera/camera-mover.ts'
import type { FleetLayer } from './fleet-layer.ts'
import type { Picked } from './fleet-picker.ts'
import { type MapPointer, watchPointer } from './map-pointer.ts'

const CLUSTER_ZOOM_STEP = 2

export interface Hover {
  picked: Picked
  /** CSS pixels from the map's corner */
  x: number
  y: number
}

export interface FleetPointerOptions {
  app: Pick<App, 'navigate'>
  element: HTMLElement
  map: Basemap
  fleet: FleetLayer
  mover: CameraMover
  hover: Signal<Hover | undefined>
}

/** Highlights what the pointer is over. A click opens a vehicle or zooms into a cluster. */
export function watchFleetPointer(options: FleetPointerOptions): MapPointer {
  const { app, element, map, fleet, mover, hover } = options
  return watchPointer({
    element,
    pick: (x, y, radiusPx) => fleet.pick(x, y, radiusPx),
    onHover(next) {
      const vehicle = next && 'vehicle' in next.picked ? next.picked.vehicle : undefined
      if (vehicle !== fleet.hovered) fleet.invalidate()
      fleet.hovered = vehicle
      hover.value = next
      element.classList.toggle('map-view__map--pointing', next !== undefined)
    },
    onClick(picked) {
      if ('vehicle' in picked) return app.navigate(vehiclePath(picked.vehicle))
      mover.show(picked.cluster, { zoomMin: Math.min(map.camera().zoom + CLUSTER_ZOOM_STEP, ZOOM_MAX) })
    },
  })
}
