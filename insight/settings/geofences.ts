import type { Position } from '../../rules/distance.ts'
import {
  compileGeofence,
  indexCompiled,
  signedDistanceMm,
  type CompiledGeofence,
  type GeofenceIndex,
} from '../../rules/geofence-index.ts'
import { createScheduleClock, type ScheduleClock } from '../../rules/schedule-clock.ts'
import type { GeofenceVersion } from './geofence-version.ts'

/** The properties of a vehicle that decide which geofences are for it. */
export interface GeofenceScope {
  group: string | null
  /** id of the user who owns it */
  owner: number | null
}

/** From `fromMs`, inclusive, to `toMs`, exclusive, the index is the same. */
export interface GeofencePeriod {
  index: GeofenceIndex
  fromMs: number
  toMs: number
}

/** The geofences of vehicles as a function of event time. */
export interface Geofences {
  /** The geofences that are valid, and open by their schedules, at a time in ms since 1970. */
  at(scope: GeofenceScope, timeMs: number): GeofencePeriod
  /** Name, otherwise key, of the smallest geofence that contains a position; `undefined` if none does. */
  placeAt(scope: GeofenceScope, timeMs: number, position: Position): string | undefined
}

/**
 * About 1 MB each with 5,000 geofences, whose figures they share.
 * @limit indexes of geofences in memory | the oldest is built again when it is needed
 */
const INDEXES_MAX = 64
/**
 * 40 kB each with 5,000 geofences.
 * @limit lists of geofences for vehicles of one group and owner in memory | the oldest is built again when it is needed
 */
const LANES_MAX = 500

interface Loaded extends GeofenceVersion {
  compiled: CompiledGeofence
  clock: ScheduleClock | undefined
}

/** Versions that are for the same vehicles, and the times at which some begin or end, in order. */
interface Lane {
  name: string
  versions: Loaded[]
  bounds: number[]
}

export function createGeofences(versions: readonly GeofenceVersion[]): Geofences {
  const loaded = versions.map(load)
  const groups = new Set(versions.flatMap((it) => it.group ?? []))
  const owners = new Set(versions.flatMap((it) => (it.group === null ? (it.vehiclesOf ?? []) : [])))
  const lanes = new Map<string, Lane>()
  const valid = new Map<string, { always: Loaded[]; scheduled: Loaded[] }>()
  const indexes = new Map<string, GeofenceIndex>()
  const names = new Map(loaded.map((it) => [it.compiled, it.name === '' ? it.key : it.name]))

  function at({ group, owner }: GeofenceScope, timeMs: number): GeofencePeriod {
    const ofGroup = group !== null && groups.has(group) ? group : null
    const ofOwner = owner !== null && owners.has(owner) ? owner : null
    const { name, versions, bounds } = laneOf(ofGroup, ofOwner)
    const place = bounds.findLastIndex((it) => it <= timeMs)
    const fromMs = bounds[place] ?? -Infinity
    const toMs = bounds[place + 1] ?? Infinity
    const { always, scheduled } = remembered(valid, INDEXES_MAX, `${name} ${place}`, () => {
      const them = versions.filter((it) => it.fromMs <= timeMs && timeMs < it.toMs)
      return { always: them.filter((it) => !it.clock), scheduled: them.filter((it) => it.clock) }
    })
    const open = scheduled.map((it) => it.clock?.isOpenAt(timeMs) ?? true)
    const index = remembered(indexes, INDEXES_MAX, `${name} ${place} ${open.map(Number).join('')}`, () =>
      indexCompiled([...always, ...scheduled.filter((_, i) => open[i])].map((it) => it.compiled)),
    )
    if (scheduled.length === 0) return { index, fromMs, toMs }
    const changesMs = scheduled.map((it) => it.clock?.sameUntil(timeMs) ?? Infinity)
    return { index, fromMs: timeMs, toMs: Math.min(toMs, ...changesMs) }
  }

  function laneOf(group: string | null, owner: number | null): Lane {
    const name = `${group ?? ''} ${owner ?? ''}`
    return remembered(lanes, LANES_MAX, name, () => {
      const own = loaded.filter((it) =>
        it.group !== null ? it.group === group : it.vehiclesOf === null || it.vehiclesOf === owner,
      )
      const bounds = [...new Set(own.flatMap((it) => [it.fromMs, it.toMs]))].toSorted((a, b) => a - b)
      return { name, versions: own, bounds }
    })
  }

  return {
    at,
    placeAt(scope, timeMs, position) {
      const around = at(scope, timeMs).index.near(position, position)
      const [smallest] = around
        .filter((it) => signedDistanceMm(it, position) <= 0)
        .toSorted((a, b) => sizeOf(a) - sizeOf(b))
      return smallest && names.get(smallest)
    },
  }
}

/** The value of a key; a new one takes the place of the oldest if there are `max`. */
function remembered<T>(map: Map<string, T>, max: number, key: string, make: () => T): T {
  const known = map.get(key)
  if (known !== undefined) return known
  const [oldest] = map.keys()
  if (map.size >= max && oldest !== undefined) map.delete(oldest)
  const made = make()
  map.set(key, made)
  return made
}

function load(version: GeofenceVersion): Loaded {
  const { schedule } = version
  return {
    ...version,
    compiled: compileGeofence(version),
    clock: schedule === null ? undefined : createScheduleClock(schedule),
  }
}

/** Square degrees of the boxes: enough to prefer a yard to its town. */
function sizeOf({ figures }: CompiledGeofence): number {
  return figures.reduce(
    (sum, { box: [west, south, east, north] }) => sum + (east - west) * (north - south),
    0,
  )
}
