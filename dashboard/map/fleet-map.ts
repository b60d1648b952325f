import { effect, type ReadonlySignal, signal } from '@preact/signals'
import type { App } from '../app-context.ts'
import { vehiclePath } from '../routing/routes.ts'
import type { Basemap } from './basemap/basemap.ts'
import { createCameraMover } from './camera/camera-mover.ts'
import { type Camera, ZOOM_MAX } from './camera/camera.ts'
import { fleetBounds } from './camera/fleet-bounds.ts'
import { FleetLayer } from './fleet/fleet-layer.ts'
import type { Picked } from './fleet/fleet-picker.ts'
import { keepCamera } from './camera/keep-camera.ts'
import { watchPointer } from './fleet/map-pointer.ts'
import { xOfLon, yOfLat } from './camera/mercator.ts'
import { openMapParts } from './open-map-parts.ts'
import { startCamera } from './camera/start-camera.ts'
import { watchFollowed } from './watch/watch-followed.ts'
import { watchReplay } from './watch/watch-replay.ts'
import { watchSelected } from './watch/watch-selected.ts'
import { watchTheme } from './watch/watch-theme.ts'

const LABEL =
  'Map of the fleet. The list shows the same vehicles and works with keyboards and screen readers.'
const NOWHERE = { x: xOfLon(10), y: yOfLat(30), zoom: 2 }
const CLUSTER_ZOOM_STEP = 2

export interface Hover {
  picked: Picked
  /** CSS pixels from the map's corner */
  x: number
  y: number
}

/** The map as the page handles it. */
export interface FleetMap {
  camera: ReadonlySignal<Camera>
  hover: ReadonlySignal<Hover | undefined>
  zoomBy: (steps: number) => void
  /** Shows all vehicles that the filter leaves. */
  fit: () => void
  resetNorth: () => void
  close: () => void
}

export interface FleetMapOptions {
  app: App
  /** where the map goes; it has no children */
  element: HTMLElement
  /** Without WebGL even if it is there. */
  isPlain: boolean
  signal: AbortSignal
}

/** undefined: this browser cannot draw. Throws only when it was aborted. */
export async function openFleetMap(options: FleetMapOptions): Promise<FleetMap | undefined> {
  const { app, element, isPlain } = options
  const container = add(element, 'div', 'map-view__base')
  const canvas = add(element, 'canvas', 'map-view__layer')
  const sizeOf = () => ({ width: element.clientWidth, height: element.clientHeight })
  const start = startCamera(app, sizeOf())
  const theme = watchTheme(app.preferences.theme)
  const address = keepCamera(app)
  let isPlaced = start !== undefined
  let layer: FleetLayer | undefined
  let basemap: Basemap | undefined
  const parts = await openMapParts(
    {
      canvas,
      container,
      isPlain,
      start: start ?? NOWHERE,
      isDark: theme.isDark(),
      label: LABEL,
      onCamera() {
        layer?.moved()
        if (basemap) camera.value = basemap.camera()
      },
      onRest() {
        if (basemap && isPlaced) address.rested(basemap.camera())
      },
      onDrag() {
        isPlaced = true
        app.followed.value = undefined
      },
      onProblem: (text) => app.notify(text, 'error'),
      onRestored: () => layer?.restyle(),
    },
    options.signal,
  )
  if (parts === undefined) return undefined
  basemap = parts.basemap
  layer = new FleetLayer({ app, canvas, painter: parts.painter, camera: basemap.camera })
  if (parts.isFine) basemap.addOverlay?.(layer)
  const camera = signal(basemap.camera())
  const hover = signal<Hover | undefined>(undefined)
  const map = basemap
  const fleet = layer
  const mover = createCameraMover(map, () => coveredRight(element))
  const pointer = watchPointer({
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
  const stops = [
    effect(() => {
      void app.table.values.value
      void app.filter.mask.value
      fleet.refresh()
      pointer.again()
      const first = isPlaced ? undefined : startCamera(app, sizeOf())
      if (first === undefined) return
      isPlaced = true
      map.moveTo(first)
    }),
    effect(() => {
      // Who goes to another vehicle leaves the map where it is, and its place in the address is kept with it.
      const { view, query } = app.route.value
      if (view === 'map' && !query.has('map') && isPlaced) address.rested(map.camera())
    }),
    effect(watchSelected(app, fleet, mover)),
    effect(watchReplay(app, fleet, map, mover)),
    effect(watchFollowed(app, map, mover)),
    theme.watch((isDark) => {
      map.setDark(isDark)
      fleet.restyle()
    }),
  ]
  return {
    camera,
    hover,
    zoomBy: mover.zoomBy,
    fit() {
      const bounds = fleetBounds(app.table, app.filter.mask.peek())
      app.followed.value = undefined
      if (bounds) mover.fit(bounds)
      else app.notify('No vehicle shown has a position')
    },
    resetNorth: mover.turnNorth,
    close() {
      for (const stop of stops) stop()
      pointer.stop()
      address.stop()
      fleet.close()
      map.close()
      element.replaceChildren()
    },
  }
}

function add<K extends 'div' | 'canvas'>(
  parent: HTMLElement,
  name: K,
  className: string,
): HTMLElementTagNameMap[K] {
  const element = document.createElement(name)
  element.className = className
  parent.append(element)
  return element
}

/** How much of the map's right side lies under the vehicle's panel, CSS pixels; 0 if all of it does: then it is not seen anyway. */
function coveredRight(element: Element): number {
  const panel = element.closest('.map-layout')?.querySelector('.map-layout__panel')
  if (panel === null || panel === undefined) return 0
  const { left, right, width } = element.getBoundingClientRect()
  const covered = right - Math.max(panel.getBoundingClientRect().left, left)
  return covered > 0 && covered < width * 0.8 ? covered : 0
}
