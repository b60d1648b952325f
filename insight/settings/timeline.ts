import type { RuleKindName, Severity } from '../../contract/rule-kinds.ts'
import type { Schedule } from '../../contract/schedule.ts'
import type { Parameters } from '../../rules/parameters.ts'
import {
  resolveParameters,
  resolveRule,
  SETTING_ATTRIBUTES,
  type VehicleAttributes,
} from '../../rules/resolve-rule.ts'
import type { Rule } from '../../rules/rule.ts'
import { isInScope, type StoredScope } from '../../rules/rule-scope.ts'

/** Valid from a time, inclusive, to a time, exclusive, in ms since 1970. */
export interface Validity {
  fromMs: number
  toMs: number
}

/** What a rule was in a time. */
export interface RuleVersion extends Validity {
  ruleId: number
  kind: RuleKindName
  params: object
  scope: StoredScope
  severity: Severity
  schedule: Schedule | null
  notify: readonly string[]
  enabled: boolean
  /** It covers its whole scope; otherwise what `ownerId` may see, nothing if that is `null`. */
  forFleet: boolean
  ownerId: number | null
}

/** What a vehicle was in a time. The earliest version also holds for all time before it. */
export interface VehicleVersion extends Validity {
  ownerId: number | null
  group: string | null
  tags: readonly string[]
  attributes: VehicleAttributes
}

/** A time in which a user was granted a vehicle or a group. */
export interface GrantVersion extends Validity {
  userId: number
  vehicleId: number | null
  group: string | null
}

/** Settings of a vehicle that are the same in their time. */
export interface RuleSettings extends Validity {
  parameters: Parameters
  attributes: VehicleAttributes
  /** key of the vehicle's group, and id of its owner, on which its geofences depend */
  group: string | null
  ownerId: number | null
  /** those that readings are judged by, in the order of their keys, which are ids as text */
  rules: readonly Rule[]
  /** all rules that cover the vehicle, by id, also those that a clock judges */
  versions: ReadonlyMap<number, RuleVersion>
}

/** Settings of a vehicle as a piecewise constant function of the time of readings. */
export interface Timeline {
  at(timeMs: number): RuleSettings
}

/** Rules and grants of all vehicles. */
export interface FleetRules {
  versions: readonly RuleVersion[]
  /** in order, each once */
  bounds: readonly number[]
  resolve(version: RuleVersion, attributes: VehicleAttributes): Rule | null
  /** of users who own rules */
  grants: readonly GrantVersion[]
}

/**
 * Combinations of attributes for which one version of a rule is kept in memory.
 * @limit combinations of attributes for which insight keeps a rule | they are resolved again
 */
const RESOLVED_MAX = 256

export function createFleetRules(
  versions: readonly RuleVersion[],
  grants: readonly GrantVersion[],
): FleetRules {
  const resolved = new Map<RuleVersion, Map<string, Rule | null>>()
  return {
    versions,
    bounds: boundsOf([...versions, ...grants]),
    grants,
    // Vehicles share the objects: 10,000 vehicles with 20 rules each would otherwise have 200,000 of them.
    resolve(version, attributes) {
      const key = JSON.stringify(SETTING_ATTRIBUTES.map((name) => attributes[name] ?? null))
      const known = resolved.get(version) ?? new Map<string, Rule | null>()
      resolved.set(version, known)
      const found = known.get(key)
      if (found !== undefined) return found
      if (known.size >= RESOLVED_MAX) known.clear()
      const { ruleId, kind, params, schedule } = version
      const rule = resolveRule(String(ruleId), kind, params, attributes, schedule)
      known.set(key, rule)
      return rule
    },
  }
}

/**
 * Segments of a vehicle in memory: readings come in order, and late ones are few.
 * @limit segments of a vehicle's settings in memory | the oldest is computed again
 */
const SEGMENTS_MAX = 4

/** @param vehicles versions of the vehicle, in order of time; at least one */
export function createTimeline(
  vehicleId: number,
  vehicles: readonly VehicleVersion[],
  fleet: FleetRules,
): Timeline {
  const own = boundsOf(vehicles.slice(1))
  let segments: RuleSettings[] = []
  return {
    at(timeMs) {
      const known = segments.find((it) => it.fromMs <= timeMs && timeMs < it.toMs)
      if (known) return known
      const segment = compute(vehicleId, vehicles, fleet, own, timeMs)
      segments = [segment, ...segments].slice(0, SEGMENTS_MAX)
      return segment
    },
  }
}

function compute(
  id: number,
  vehicles: readonly VehicleVersion[],
  fleet: FleetRules,
  own: readonly number[],
  timeMs: number,
): RuleSettings {
  const vehicle = vehicles.findLast((it) => it.fromMs <= timeMs) ?? vehicles[0]
  if (vehicle === undefined) throw new RangeError(`vehicle ${id} has no version`)
  const { attributes } = vehicle
  const isValid = ({ fromMs, toMs }: Validity) => fromMs <= timeMs && timeMs < toMs
  const versions = fleet.versions
    .filter((it) => it.enabled && isValid(it) && isInScope(it.scope, { id, ...vehicle }))
    .filter((it) => it.forFleet || isSeen(it.ownerId, id, vehicle, fleet.grants.filter(isValid)))
    .toSorted((a, b) => (String(a.ruleId) < String(b.ruleId) ? -1 : 1))
  const a = segmentOf(fleet.bounds, timeMs)
  const b = segmentOf(own, timeMs)
  return {
    fromMs: Math.max(a.fromMs, b.fromMs),
    toMs: Math.min(a.toMs, b.toMs),
    parameters: resolveParameters(attributes),
    attributes,
    group: vehicle.group,
    ownerId: vehicle.ownerId,
    rules: versions.flatMap((it) => fleet.resolve(it, attributes) ?? []),
    versions: new Map(versions.map((it) => [it.ruleId, it])),
  }
}

/** Whether a user could see a vehicle. */
function isSeen(
  userId: number | null,
  vehicleId: number,
  vehicle: VehicleVersion,
  grants: readonly GrantVersion[],
): boolean {
  if (userId === null) return false
  if (vehicle.ownerId === userId) return true
  return grants.some(
    (it) =>
      it.userId === userId &&
      (it.vehicleId === vehicleId || (it.group !== null && it.group === vehicle.group)),
  )
}

function boundsOf(all: readonly Validity[]): number[] {
  return [...new Set(all.flatMap(({ fromMs, toMs }) => [fromMs, toMs]))].toSorted((a, b) => a - b)
}

/** The time between two bounds that a time is in. */
function segmentOf(bounds: readonly number[], timeMs: number): Validity {
  let [low, high] = [0, bounds.length]
  while (low < high) {
    const middle = (low + high) >> 1
    if ((bounds[middle] ?? Infinity) <= timeMs) low = middle + 1
    else high = middle
  }
  return { fromMs: bounds[low - 1] ?? -Infinity, toMs: bounds[low] ?? Infinity }
}
