import { effect } from '@preact/signals'
import type { App } from '../../app-context.ts'
import type { Basemap } from '../basemap/basemap.ts'
import type { Camera } from './camera.ts'
import { keepCamera } from './keep-camera.ts'
import { startCamera } from './start-camera.ts'

export interface PlacedCamera {
  /** where the map begins; `undefined` if nothing has a position yet */
  start: Pick<Camera, 'x' | 'y' | 'zoom'> | undefined
  /** The user has moved the map. */
  moved: () => void
  /** The camera came to rest; its place is kept in the address. */
  rested: (camera: Camera) => void
  /** Moves a map that is at no place yet to where it begins, if that is known now. */
  place: (map: Basemap) => void
  /** Keeps the place of the map in addresses without one, such as another vehicle's. Returns a function that stops this. */
  watchAddress: (map: Basemap) => () => void
  stop: () => void
}

/** The place of the map: at first nowhere, then where the fleet is or the address says, then where the user moved it. */
export function createPlacedCamera(app: App, sizeOf: () => { width: number; height: number }): PlacedCamera {
  const address = keepCamera(app)
  const start = startCamera(app, sizeOf())
  let isPlaced = start !== undefined
  const rested = (camera: Camera) => {
    if (isPlaced) address.rested(camera)
  }
  return {
    start,
    moved() {
      isPlaced = true
    },
    rested,
    place(map) {
      const first = isPlaced ? undefined : startCamera(app, sizeOf())
      if (first === undefined) return
      isPlaced = true
      map.moveTo(first)
    },
    watchAddress: (map) =>
      effect(() => {
        const { view, query } = app.route.value
        if (view === 'map' && !query.has('map')) rested(map.camera())
      }),
    stop: () => address.stop(),
  }
}
