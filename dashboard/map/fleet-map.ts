import { effect, type ReadonlySignal, signal } from '@preact/signals'
import type { App } from '../app-context.ts'
import type { Basemap } from './basemap/basemap.ts'
import type { Camera } from './camera/camera.ts'
import { createCameraMover } from './camera/camera-mover.ts'
import { fleetBounds } from './camera/fleet-bounds.ts'
import { xOfLon, yOfLat } from './camera/mercator.ts'
import { createPlacedCamera, type PlacedCamera } from './camera/placed-camera.ts'
import { FleetLayer } from './fleet/fleet-layer.ts'
import { type Hover, watchFleetPointer } from './fleet/fleet-pointer.ts'
import { followGeofences } from './geofences/follow-geofences.ts'
import { openMapParts } from './open-map-parts.ts'
import { watchFleet } from './watch/watch-fleet.ts'
import { watchFollowed } from './watch/watch-followed.ts'
import { watchReplay } from './watch/watch-replay.ts'
import { watchSelected } from './watch/watch-selected.ts'
import { watchTheme, type WatchedTheme } from './watch/watch-theme.ts'

const LABEL =
  'Map of the fleet. The list shows the same vehicles and works with keyboards and screen readers.'
const NOWHERE = { x: xOfLon(10), y: yOfLat(30), zoom: 2 }

/** The map and its controls. */
export interface FleetMap {
  camera: ReadonlySignal<Camera>
  hover: ReadonlySignal<Hover | undefined>
  zoomBy: (steps: number) => void
  /** Shows all vehicles that match the filter. */
  fit: () => void
  resetNorth: () => void
  close: () => void
}

export interface FleetMapOptions {
  app: App
  /** the map's parent; it has no other children */
  element: HTMLElement
  /** Does not use WebGL even if it is available. */
  isPlain: boolean
  signal: AbortSignal
}

/** Opens the basemap with the fleet over it; `undefined` if this browser cannot draw. Throws only if it was aborted. */
export async function openFleetMap(options: FleetMapOptions): Promise<FleetMap | undefined> {
  const { app, element, isPlain } = options
  const container = add(element, 'div', 'map-view__base')
  const canvas = add(element, 'canvas', 'map-view__layer')
  const theme = watchTheme(app.preferences.theme)
  const placed = createPlacedCamera(app, () => ({
    width: element.clientWidth,
    height: element.clientHeight,
  }))
  let layer: FleetLayer | undefined
  let basemap: Basemap | undefined
  const parts = await openMapParts(
    {
      canvas,
      container,
      isPlain,
      start: placed.start ?? NOWHERE,
      isDark: theme.isDark(),
      label: LABEL,
      onCamera() {
        layer?.moved()
        if (basemap) camera.value = basemap.camera()
      },
      onRest() {
        if (basemap) placed.rested(basemap.camera())
      },
      onDrag() {
        placed.moved()
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
  return joinParts(options, { map: basemap, fleet: layer, camera, placed, theme })
}

interface JoinedParts {
  map: Basemap
  fleet: FleetLayer
  camera: ReadonlySignal<Camera>
  placed: PlacedCamera
  theme: WatchedTheme
}

/** Joins the pointer, the address, the theme and what the app shows to the map. */
function joinParts({ app, element }: FleetMapOptions, parts: JoinedParts): FleetMap {
  const { map, fleet, camera, placed, theme } = parts
  const hover = signal<Hover | undefined>(undefined)
  const mover = createCameraMover(map, () => coveredRight(element))
  const pointer = watchFleetPointer({ app, element, map, fleet, mover, hover })
  const onFleet = () => {
    pointer.again()
    placed.place(map)
  }
  const stops = [
    effect(watchFleet(app, fleet, onFleet)),
    placed.watchAddress(map),
    effect(watchSelected(app, fleet, mover)),
    effect(watchReplay(app, fleet, map, mover)),
    effect(watchFollowed(app, map, mover)),
    map.showGeofences ? followGeofences(app, map) : () => undefined,
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
      placed.stop()
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

/** Width of the map's right side that the vehicle's panel covers, CSS pixels; 0 if the panel hides the whole map. */
function coveredRight(element: Element): number {
  const panel = element.closest('.map-layout')?.querySelector('.map-layout__panel')
  if (panel === null || panel === undefined) return 0
  const { left, right, width } = element.getBoundingClientRect()
  const covered = right - Math.max(panel.getBoundingClientRect().left, left)
  return covered > 0 && covered < width * 0.8 ? covered : 0
}
