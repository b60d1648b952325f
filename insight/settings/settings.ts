import { DEFAULT_SETTINGS, type Settings } from '../../rules/settings.ts'
import type { Sql } from '../../sql/connect.ts'
import type { Change } from '../changes.ts'
import { createGeofenceSource } from './geofence-source.ts'
import type { Geofences } from './geofences.ts'
import { createRuleSettings } from './rules.ts'
import type { RuleVersion, Timeline } from './timeline.ts'

/** Settings of a vehicle as a function of the time of its readings. */
export interface VehicleSettings {
  at: (timeMs: number) => Settings
  /** the version of a rule at a time, by its key in results */
  ruleAt: (key: string, timeMs: number) => RuleVersion | undefined
}

export interface SettingsSource {
  /** Settings that these changes may be about are read again when they are next used. */
  forget(changes: readonly Change[]): void
  /** Everything is read again: changes may have been used by another process. */
  forgetAll(): void
  /**
   * Reads the settings of vehicles for readings from a time on, in the transaction in which their changes were read. The function
   * that it returns is valid until the next call.
   */
  load(
    tx: Sql,
    vehicleIds: readonly number[],
    fromMs: number,
  ): Promise<(vehicleId: number) => VehicleSettings>
}

const NO_RULES: VehicleSettings = { at: () => DEFAULT_SETTINGS, ruleAt: () => undefined }

/** Settings from the versions of rules, geofences and vehicles in the database. */
export function createSettingsSource(): SettingsSource {
  const rules = createRuleSettings()
  const geofences = createGeofenceSource()
  return {
    forget(changes) {
      const noted = changes.filter(({ toUs }) => toUs === Number.POSITIVE_INFINITY)
      if (noted.length > 0) rules.forget(noted.map(({ vehicleId }) => vehicleId))
    },
    forgetAll: () => rules.forgetAll(),
    async load(tx, vehicleIds, fromMs) {
      const timelines = await rules.load(tx, vehicleIds)
      const fences = await geofences.since(tx, fromMs)
      const made = new Map<number, VehicleSettings>()
      return (vehicleId) => {
        const known = made.get(vehicleId)
        if (known !== undefined) return known
        const timeline = timelines.get(vehicleId)
        const settings = timeline === undefined ? NO_RULES : combine(timeline, fences)
        made.set(vehicleId, settings)
        return settings
      }
    },
  }
}

function combine(timeline: Timeline, geofences: Geofences): VehicleSettings {
  let newest: { fromMs: number; toMs: number; settings: Settings } | undefined
  return {
    at(timeMs) {
      if (newest !== undefined && newest.fromMs <= timeMs && timeMs < newest.toMs) return newest.settings
      const { parameters, attributes, rules, group, ownerId, ...segment } = timeline.at(timeMs)
      const { index, ...period } = geofences.at({ group, owner: ownerId }, timeMs)
      newest = {
        fromMs: Math.max(segment.fromMs, period.fromMs),
        toMs: Math.min(segment.toMs, period.toMs),
        settings: { parameters, attributes, rules, geofences: index },
      }
      return newest.settings
    },
    ruleAt: (key, timeMs) => timeline.at(timeMs).versions.get(Number(key)),
  }
}
