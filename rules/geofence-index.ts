import Flatbush from 'flatbush'
import type { Position } from './distance.ts'
import { crossingOf, figuresOf, signedDistance, type Figure } from './figure.ts'
import { hysteresisOf, type Geofence } from './geofence.ts'

const DEGREES = 1e-7

/** A geofence with precomputed figures. */
export interface CompiledGeofence {
  geofence: Geofence
  figures: readonly Figure[]
  /** mm */
  hysteresisMm: number
}

/** All geofences that are valid at one time. */
export interface GeofenceIndex {
  get(key: string): CompiledGeofence | undefined
  /** Geofences that may be within their hysteresis of the box around two positions, in the order of their keys. */
  near(a: Position, b: Position): CompiledGeofence[]
}

export const NO_GEOFENCES: GeofenceIndex = { get: () => undefined, near: () => [] }

/** Metres of a degree of latitude, rounded down. */
const DEGREE_M = 110_000

export function indexGeofences(geofences: readonly Geofence[]): GeofenceIndex {
  return indexCompiled(geofences.map(compileGeofence))
}

export function compileGeofence(geofence: Geofence): CompiledGeofence {
  return { geofence, figures: figuresOf(geofence), hysteresisMm: hysteresisOf(geofence) }
}

/** As `indexGeofences`, for geofences that several indexes share. */
export function indexCompiled(geofences: readonly CompiledGeofence[]): GeofenceIndex {
  if (geofences.length === 0) return NO_GEOFENCES
  const compiled = geofences.toSorted((a, b) => (a.geofence.key < b.geofence.key ? -1 : 1))
  const byKey = new Map(compiled.map((it) => [it.geofence.key, it]))
  const boxes = compiled.flatMap((it) => it.figures.map(({ box }) => ({ it, box })))
  const tree = new Flatbush(boxes.length)
  let [westmost, eastmost] = [Infinity, -Infinity]
  for (const { it, box } of boxes) {
    const [west, south, east, north] = widen(box, it.hysteresisMm / 1000)
    tree.add(west, south, east, north)
    westmost = Math.min(westmost, west)
    eastmost = Math.max(eastmost, east)
  }
  tree.finish()

  function near(a: Position, b: Position): CompiledGeofence[] {
    const south = Math.min(a.lat, b.lat) * DEGREES
    const north = Math.max(a.lat, b.lat) * DEGREES
    const from = a.lon * DEGREES
    const to = from + shortWay(b.lon * DEGREES - from)
    const found = new Set<CompiledGeofence>()
    // The box of a figure that crosses the 180th meridian is on one side of it.
    for (const turn of [-360, 0, 360]) {
      const [west, east] = [Math.min(from, to) + turn, Math.max(from, to) + turn]
      if (east < westmost || west > eastmost) continue
      for (const i of tree.search(west, south, east, north)) {
        const box = boxes[i]
        if (box) found.add(box.it)
      }
    }
    if (compiled.length === found.size) return compiled
    return found.size < 2 ? [...found] : [...found].toSorted(byKeyOrder)
  }
  return { get: (key) => byKey.get(key), near }
}

/** mm, negative inside. */
export function signedDistanceMm({ figures }: CompiledGeofence, { lat, lon }: Position): number {
  return Math.floor(signedDistance(figures, lon * DEGREES, lat * DEGREES) * 1000 + 0.5)
}

/** See `crossingOf`. */
export function crossingShare({ figures }: CompiledGeofence, a: Position, b: Position): number | undefined {
  return crossingOf(figures, [a.lon * DEGREES, a.lat * DEGREES], [b.lon * DEGREES, b.lat * DEGREES])
}

function widen([west, south, east, north]: Figure['box'], metres: number): Figure['box'] {
  const lat = metres / DEGREE_M
  const farthest = Math.min(Math.max(Math.abs(south), Math.abs(north)) + lat, 89)
  const lon = lat / Math.cos((farthest * Math.PI) / 180)
  return [west - lon, south - lat, east + lon, north + lat]
}

const byKeyOrder = (a: CompiledGeofence, b: CompiledGeofence) => (a.geofence.key < b.geofence.key ? -1 : 1)

const shortWay = (degrees: number) => degrees - 360 * Math.round(degrees / 360)
