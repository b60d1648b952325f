import type { Sql } from '../sql/connect.ts'
import { writeBuckets } from './bucket-rows.ts'
import type { Change } from './changes.ts'
import { writeEvents, type EventNews } from './event-rows.ts'
import { writeJourneys } from './journey-rows.ts'
import { readReadings, type Span, type StoredReading } from './readings.ts'
import { lowestOf } from './replay.ts'
import type { VehicleSettings } from './settings/settings.ts'
import { isKept } from './snapshots.ts'
import { readHeads, writeHeads, type Snapshot } from './stored-states.ts'
import {
  addOpen,
  addReading,
  NO_HEAD,
  noResults,
  openKeyOf,
  type Head,
  type VehicleResults,
} from './vehicle.ts'

/** What a vehicle has in memory: the head, and which of its open results are stored. */
export interface Known {
  head: Head
  openKey: string
  /** time of the newest stored head */
  storedUs: number
}

/** A vehicle whose changes are all newer than its head. */
export interface Live {
  vehicleId: number
  before: Head
  /** absent if the vehicle was not in memory: its results after the head may be stored */
  known: Known | undefined
  head: Head
  untilUs: number
  results: VehicleResults
}

export type SettingsOf = (vehicleId: number) => VehicleSettings

/**
 * Readings of live vehicles in one tick.
 * @limit readings that are analysed in one transaction | the vehicles of further ones are computed one by one
 */
const READINGS_MAX = 200_000
const BUCKET_US = 300_000_000

/**
 * Which vehicles only have newer readings, and which have changes in the past. Readings behind the last change are left to their
 * own change, except if the vehicle is not in memory: then they may have been analysed, and be missing in the stored head.
 * @param isHeldBack whether a vehicle fails, or is computed again in part: it counts as late
 */
export async function divide(
  tx: Sql,
  changes: readonly Change[],
  known: ReadonlyMap<number, Known>,
  isHeldBack: (vehicleId: number) => boolean,
): Promise<{ live: Live[]; late: Change[] }> {
  const unknown = changes.filter(({ vehicleId }) => !known.has(vehicleId))
  const heads = await readHeads(
    tx,
    unknown.map((it) => it.vehicleId),
  )
  const first = await findFirst(
    tx,
    unknown.filter(({ vehicleId }) => !heads.has(vehicleId)),
  )
  const live: Live[] = []
  const late: Change[] = []
  for (const change of changes) {
    const { vehicleId, fromUs, toUs } = change
    const now = known.get(vehicleId)
    const before = now?.head ?? heads.get(vehicleId) ?? (first.has(vehicleId) ? NO_HEAD : undefined)
    if (before === undefined || fromUs <= before.timeUs || isHeldBack(vehicleId)) late.push(change)
    else {
      const untilUs = now ? toUs : Number.POSITIVE_INFINITY
      live.push({ vehicleId, before, known: now, head: before, untilUs, results: noResults() })
    }
  }
  return { live, late }
}

export interface Advanced {
  live: Live[]
  /** changes of vehicles whose readings were too many, or which fail */
  late: Change[]
  failures: { vehicleId: number; error: unknown }[]
  snapshots: Snapshot[]
  readings: number
}

/** Reads the newer readings of vehicles, and advances their heads. Nothing is written. */
export async function advanceAll(
  tx: Sql,
  all: readonly Live[],
  settingsOf: SettingsOf,
  nowMs: number,
): Promise<Advanced> {
  const spans: Span[] = all.map(({ vehicleId, before, untilUs }) => ({
    vehicleId,
    afterUs: before.timeUs,
    untilUs,
  }))
  const readings = await readReadings(tx, spans, READINGS_MAX)
  const byVehicle = groupByVehicle(readings)
  const advanced: Advanced = { live: [], late: [], failures: [], snapshots: [], readings: readings.length }
  // The last vehicle and those behind it are incomplete.
  const cut = readings.length > READINGS_MAX ? readings.at(-1)?.vehicleId : undefined
  let isCut = false
  for (const it of all) {
    const { vehicleId, before, untilUs } = it
    isCut ||= vehicleId === cut
    const snapshots = isCut
      ? undefined
      : advance(it, byVehicle.get(vehicleId) ?? [], settingsOf, nowMs, advanced)
    if (snapshots === undefined) advanced.late.push({ vehicleId, fromUs: before.timeUs + 1, toUs: untilUs })
    else {
      advanced.live.push(it)
      advanced.snapshots.push(...snapshots)
    }
  }
  return advanced
}

/** Returns the states to keep; `undefined` if the vehicle fails. */
function advance(
  it: Live,
  readings: readonly StoredReading[],
  settingsOf: SettingsOf,
  nowMs: number,
  { failures }: Advanced,
): Snapshot[] | undefined {
  const { vehicleId } = it
  const snapshots: Snapshot[] = []
  try {
    const { at } = settingsOf(vehicleId)
    for (const reading of readings) {
      if (isKept(it.head.timeUs, reading.timeUs, nowMs)) snapshots.push({ vehicleId, ...it.head })
      it.head = addReading(it.head, reading, at, it.results)
    }
    return snapshots
  } catch (error) {
    failures.push({ vehicleId, error })
    return undefined
  }
}

/**
 * Writes the results of live vehicles, and their heads from time to time. Returns what the memory has after the commit, and what
 * happened to events.
 */
export async function writeLive(
  tx: Sql,
  live: readonly Live[],
  settingsOf: SettingsOf,
  lateBeforeMs: number,
): Promise<{ known: Map<number, Known>; news: EventNews[] }> {
  const heads: Snapshot[] = []
  const [journeyChanges, eventChanges, newBuckets, buckets] = [[], [], [], []] as [
    Parameters<typeof writeJourneys>[1][number][],
    Parameters<typeof writeEvents>[1][number][],
    Parameters<typeof writeBuckets>[1][number][],
    Parameters<typeof writeBuckets>[1][number][],
  ]
  const known = new Map<number, Known>()
  for (const { vehicleId, before, known: now, head, results } of live) {
    const settings = settingsOf(vehicleId)
    const openKey = openKeyOf(head, settings.at)
    const isHeadDue = now === undefined || bucketOf(head.timeUs) !== bucketOf(now.storedUs)
    if (isHeadDue) heads.push({ vehicleId, ...head })
    const range = { vehicleId, afterUs: before.timeUs, untilUs: Number.POSITIVE_INFINITY }
    const { journeys, events } = results
    if (isHeadDue || journeys.length > 0 || events.length > 0 || openKey !== now?.openKey) {
      addOpen(head, settings.at, results)
      journeyChanges.push({ ...range, asOfUs: head.timeUs, journeys })
      eventChanges.push({ ...range, asOfUs: head.timeUs, events, settings })
    }
    const bucketChange = { ...range, lowestMs: lowestOf(before), buckets: results.buckets }
    if (now === undefined) buckets.push(bucketChange)
    else if (results.buckets.length > 0) newBuckets.push(bucketChange)
    known.set(vehicleId, { head, openKey, storedUs: isHeadDue ? head.timeUs : now.storedUs })
  }
  await writeJourneys(tx, journeyChanges)
  const news = await writeEvents(tx, eventChanges, lateBeforeMs)
  await writeBuckets(tx, buckets, false)
  await writeBuckets(tx, newBuckets, true)
  await writeHeads(tx, heads)
  return { known, news }
}

/** The vehicles that have no reading before the change: nothing of them was analysed yet. */
async function findFirst(tx: Sql, changes: readonly Change[]): Promise<Set<number>> {
  const finite = changes.filter(({ fromUs }) => Number.isFinite(fromUs))
  if (finite.length === 0) return new Set()
  const rows = await tx.unsafe<{ vehicleId: number }[]>(
    `select vehicle_id as "vehicleId" from unnest($1::bigint[], $2::bigint[]) as change (vehicle_id, from_us)
     where not exists (
       select from telemetry t where t.vehicle_id = change.vehicle_id
         and t.time < timestamptz '1970-01-01 00:00:00Z' + change.from_us * interval '1 microsecond')
       and exists (select from vehicles v where v.id = change.vehicle_id)`,
    [finite.map((it) => it.vehicleId), finite.map((it) => it.fromUs)],
  )
  return new Set(rows.map(({ vehicleId }) => vehicleId))
}

function groupByVehicle(readings: readonly StoredReading[]): Map<number, StoredReading[]> {
  const groups = new Map<number, StoredReading[]>()
  for (const it of readings) {
    const group = groups.get(it.vehicleId)
    if (group === undefined) groups.set(it.vehicleId, [it])
    else group.push(it)
  }
  return groups
}

const bucketOf = (us: number) => Math.floor(us / BUCKET_US)
