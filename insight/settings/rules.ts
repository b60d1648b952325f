import type { Sql } from '../../sql/connect.ts'
import {
  createFleetRules,
  createTimeline,
  type FleetRules,
  type GrantVersion,
  type RuleVersion,
  type Timeline,
  type VehicleVersion,
} from './timeline.ts'

/** Rules that cover vehicles, and further settings of vehicles, as functions of the time of readings. */
export interface RuleSettingsCache {
  /**
   * Timelines of vehicles, from memory or the database. Deleted vehicles are left out.
   * @param tx in which the notes were read: it sees the settings that they are about
   */
  load(tx: Sql, vehicleIds: readonly number[]): Promise<Map<number, Timeline>>
  /**
   * Reads the rules, and the settings of these vehicles, again when they are next used. To be called for each note in
   * `telemetry_changes` without readings: it is written in the transaction that changes settings.
   */
  forget(vehicleIds: readonly number[]): void
  /** Reads everything again. */
  forgetAll(): void
}

/**
 * Vehicles whose settings are in memory, about 1 kB each.
 * @limit vehicles whose settings insight has in memory | those used longest ago are read again
 */
const VEHICLES_MAX = 50_000

export function createRuleSettings({ vehiclesMax = VEHICLES_MAX } = {}): RuleSettingsCache {
  let fleet: FleetRules | undefined
  let revision: number | undefined
  /** least recently used first */
  const vehicles = new Map<number, Known>()

  async function readMissing(tx: Sql, ids: readonly number[]): Promise<void> {
    const missing = ids.filter((id) => !vehicles.has(id))
    if (missing.length === 0) return
    for (const [id, versions] of await readVehicleVersions(tx, missing)) vehicles.set(id, { versions })
  }

  return {
    async load(tx, vehicleIds) {
      // A rule or a grant that covers no vehicle yet makes no note.
      const current = await readRevision(tx)
      if (current !== revision) fleet = undefined
      revision = current
      const rules = (fleet ??= createFleetRules(await readRuleVersions(tx), await readGrantVersions(tx)))
      await readMissing(tx, vehicleIds)
      const found = new Map<number, Timeline>()
      for (const id of vehicleIds) {
        const known = vehicles.get(id)
        if (known === undefined) continue
        if (known.timeline?.fleet !== rules)
          known.timeline = { fleet: rules, of: createTimeline(id, known.versions, rules) }
        found.set(id, known.timeline.of)
        vehicles.delete(id)
        vehicles.set(id, known)
      }
      for (const id of vehicles.keys()) {
        if (vehicles.size <= vehiclesMax) break
        vehicles.delete(id)
      }
      return found
    },
    forget(vehicleIds) {
      fleet = undefined
      for (const id of vehicleIds) vehicles.delete(id)
    },
    forgetAll() {
      fleet = undefined
      vehicles.clear()
    },
  }
}

async function readRevision(tx: Sql): Promise<number> {
  const [row] = await tx<{ revision: number }[]>`select revision from rules_revision`
  return row?.revision ?? 0
}

interface Known {
  versions: VehicleVersion[]
  /** made of these rules */
  timeline?: { fleet: FleetRules; of: Timeline }
}

function readRuleVersions(sql: Sql): Promise<RuleVersion[]> {
  return sql<RuleVersion[]>`
    select rule_id as "ruleId", ${ms(sql, 'valid_from')} as "fromMs", ${ms(sql, 'valid_to')} as "toMs",
      it.kind, it.params, it.scope, it.severity, it.schedule, it.notify, it.enabled, for_fleet as "forFleet",
      owner_id as "ownerId"
    from rule_versions it join rules on rules.id = rule_id
    where it.enabled and (for_fleet or owner_id is not null)
    order by rule_id, valid_from`
}

function readGrantVersions(sql: Sql): Promise<GrantVersion[]> {
  return sql<GrantVersion[]>`
    select user_id as "userId", vehicle_id as "vehicleId", group_key as group, ${ms(sql, 'valid_from')} as "fromMs",
      ${ms(sql, 'valid_to')} as "toMs"
    from grant_versions
    where user_id in (select owner_id from rules where not for_fleet)
    order by user_id, valid_from`
}

async function readVehicleVersions(sql: Sql, ids: readonly number[]): Promise<Map<number, VehicleVersion[]>> {
  if (ids.length === 0) return new Map()
  const rows = await sql<(VehicleVersion & { id: number })[]>`
    select vehicle_id as id, ${ms(sql, 'valid_from')} as "fromMs", ${ms(sql, 'valid_to')} as "toMs",
      owner_id as "ownerId", group_key as group, tags, attributes
    from vehicle_versions where vehicle_id = any (${[...ids]}::bigint[])
    order by vehicle_id, valid_from`
  const found = new Map<number, VehicleVersion[]>()
  for (const { id, ...version } of rows) {
    const versions = found.get(id)
    if (versions) versions.push(version)
    else found.set(id, [version])
  }
  return found
}

/** A time in ms since 1970, also an infinite one. */
function ms(sql: Sql, column: string) {
  return sql`(extract(epoch from ${sql(column)}) * 1000)::float8`
}
