import { messageOf } from '../kit/errors.ts'
import type { Log } from '../kit/log.ts'
import type { Sql } from '../sql/connect.ts'
import { writeBuckets } from './bucket-rows.ts'
import { takeChanges, type Change } from './changes.ts'
import { DirtyVehicles, type Dirty } from './dirty.ts'
import { writeEvents, type EventNews } from './event-rows.ts'
import { writeJourneys } from './journey-rows.ts'
import { readReadings, type Span, type StoredReading } from './readings.ts'
import { lowestOf, replay, STEP_ROWS, type Replay } from './replay.ts'
import type { InSnapshot } from './sole-session.ts'
import type { SettingsSource, VehicleSettings } from './settings/settings.ts'
import { isKept } from './snapshots.ts'
import { addSnapshots, deleteSnapshots, readHeads, writeHeads, type Snapshot } from './stored-states.ts'
import {
  addOpen,
  addReading,
  NO_HEAD,
  noResults,
  openKeyOf,
  type Head,
  type SettingsAt,
  type VehicleResults,
} from './vehicle.ts'

/**
 * Rows of the change feed in one tick.
 * @limit batches whose readings are analysed in one transaction | later ones wait for the next
 */
const CHANGES_MAX = 5000
/**
 * Readings of live vehicles in one tick.
 * @limit readings that are analysed in one transaction | the vehicles of further ones are computed one by one
 */
const READINGS_MAX = 200_000
/** Default of ALERT_AGE_MAX_S. */
const LATE_AFTER_MS = 900_000
/** After a failure a vehicle is left alone for this time, then twice as long, and so on. */
const FAILURE_PAUSE_MS = 10_000
const FAILURE_PAUSE_MAX_MS = 3_600_000
const BUCKET_US = 300_000_000

export interface EngineOptions {
  /** Everything happens in these transactions, one after the other. */
  inSnapshot: InSnapshot
  log: Log
  settings: SettingsSource
  /** Called in the transaction in which events were written. */
  onEvents?: (tx: Sql, news: readonly EventNews[]) => Promise<void>
  /** An event that is found longer after its time is marked as late. */
  lateAfterMs?: number
  nowMs?: () => number
  /** readings that are computed again in one transaction */
  stepRows?: number | undefined
}

export interface Tick {
  /** rows of the feed that were used */
  rows: number
  readings: number
  vehicles: number
  /** age of the oldest row that was used, ms */
  lagMs: number
  /** whether rows of the feed may be left */
  isComplete: boolean
}

export interface Engine {
  readonly dirty: DirtyVehicles
  readonly vehicles: number
  /** Forgets everything, and reads what is left from before. To be called first, and after a lost connection. */
  start(): Promise<void>
  /** Uses the rows of the feed: the results of vehicles with newer readings, and notes of those with changes in the past. */
  tick(): Promise<Tick>
  /** Computes vehicles with changes in the past again, for `budgetMs`, and at least one. Returns the number of readings. */
  replayDirty(budgetMs: number): Promise<number>
}

type SettingsOf = (vehicleId: number) => VehicleSettings

/** What a vehicle has in memory: the head, and which of its open results are stored. */
interface Known {
  head: Head
  openKey: string
  /** time of the newest stored head */
  storedUs: number
}

/** A live vehicle of a tick. */
interface Live {
  vehicleId: number
  before: Head
  /** absent if the vehicle was not in memory: its results after the head may be stored */
  known: Known | undefined
  head: Head
  results: VehicleResults
}

export function createEngine({
  inSnapshot,
  log,
  settings,
  onEvents = () => Promise.resolve(),
  lateAfterMs = LATE_AFTER_MS,
  nowMs = Date.now,
  stepRows = STEP_ROWS,
}: EngineOptions): Engine {
  const dirty = new DirtyVehicles()
  const known = new Map<number, Known>()

  async function tick(): Promise<Tick> {
    const { result, apply } = await inSnapshot(async (tx) => {
      const taken = await takeChanges(tx, CHANGES_MAX)
      settings.forget(taken.changes)
      const { live, late } = await divide(tx, taken.changes)
      const settingsOf = await loadSettings(tx, live)
      const snapshots: Snapshot[] = []
      const readings = await goOn(tx, live, late, snapshots, settingsOf)
      const written = await write(tx, live, settingsOf)
      await addSnapshots(tx, snapshots)
      const applyDirty = await dirty.add(tx, late, nowMs())
      await taken.remove()
      const { rows, lagMs, isComplete } = taken
      return {
        result: { rows, lagMs, isComplete, readings, vehicles: live.length },
        apply: () => {
          applyDirty()
          for (const { vehicleId, known: next } of written) known.set(vehicleId, next)
        },
      }
    })
    apply()
    return result
  }

  /**
   * Which vehicles only have newer readings, and which have changes in the past. Readings behind the last change are left to their
   * own change, except if the vehicle is not in memory: then they may have been analysed, and be missing in the stored head.
   */
  async function divide(
    tx: Sql,
    changes: readonly Change[],
  ): Promise<{ live: (Live & { untilUs: number })[]; late: Change[] }> {
    const unknown = changes.filter(({ vehicleId }) => !known.has(vehicleId)).map((it) => it.vehicleId)
    const heads = await readHeads(tx, unknown)
    const first = await findFirst(
      tx,
      changes.filter(({ vehicleId }) => !known.has(vehicleId) && !heads.has(vehicleId)),
    )
    const live: (Live & { untilUs: number })[] = []
    const late: Change[] = []
    for (const change of changes) {
      const { vehicleId, fromUs, toUs } = change
      const now = known.get(vehicleId)
      const before = now?.head ?? heads.get(vehicleId) ?? (first.has(vehicleId) ? NO_HEAD : undefined)
      if (before === undefined || fromUs <= before.timeUs) late.push(change)
      else
        live.push({
          vehicleId,
          before,
          known: now,
          head: before,
          results: noResults(),
          untilUs: now ? toUs : Number.POSITIVE_INFINITY,
        })
    }
    return { live, late }
  }

  /** Advances the live vehicles. Those whose readings are too many, or which fail, become late. */
  async function goOn(
    tx: Sql,
    live: (Live & { untilUs: number })[],
    late: Change[],
    snapshots: Snapshot[],
    settingsOf: SettingsOf,
  ): Promise<number> {
    const spans: Span[] = live.map(({ vehicleId, before, untilUs }) => ({
      vehicleId,
      afterUs: before.timeUs,
      untilUs,
    }))
    const readings = await readReadings(tx, spans, READINGS_MAX)
    const byVehicle = groupByVehicle(readings)
    // The last vehicle and those behind it are incomplete.
    const cut = readings.length > READINGS_MAX ? readings.at(-1)?.vehicleId : undefined
    let isCut = false
    for (const it of live.splice(0)) {
      isCut ||= it.vehicleId === cut
      const of = byVehicle.get(it.vehicleId) ?? []
      const error = isCut ? undefined : advanceLive(it, of, snapshots, settingsOf)
      if (!isCut && error === undefined) live.push(it)
      else late.push({ vehicleId: it.vehicleId, fromUs: it.before.timeUs + 1, toUs: it.untilUs })
      if (error !== undefined) reportFailure(it.vehicleId, error)
    }
    return readings.length
  }

  function advanceLive(
    it: Live,
    readings: readonly StoredReading[],
    snapshots: Snapshot[],
    settingsOf: SettingsOf,
  ): unknown {
    const { vehicleId } = it
    const settingsAt = settingsOf(vehicleId).at
    try {
      for (const reading of readings) {
        if (isKept(it.head.timeUs, reading.timeUs, nowMs())) snapshots.push({ vehicleId, ...it.head })
        it.head = addReading(it.head, reading, settingsAt, it.results)
      }
      return undefined
    } catch (error) {
      return error ?? new Error('a detector failed without an error')
    }
  }

  /** Writes the results of live vehicles, and their heads from time to time. Returns what the memory has after the commit. */
  async function write(
    tx: Sql,
    live: readonly Live[],
    settingsOf: SettingsOf,
  ): Promise<{ vehicleId: number; known: Known }[]> {
    const heads: Snapshot[] = []
    const journeyChanges = []
    const eventChanges = []
    const newBuckets = []
    const buckets = []
    const written = []
    for (const { vehicleId, before, known: now, head, results } of live) {
      const settingsAt = settingsOf(vehicleId).at
      const openKey = openKeyOf(head, settingsAt)
      const isHeadDue = now === undefined || bucketOf(head.timeUs) !== bucketOf(now.storedUs)
      if (isHeadDue) heads.push({ vehicleId, ...head })
      const { journeys, events } = results
      if (isHeadDue || journeys.length > 0 || events.length > 0 || openKey !== now?.openKey) {
        addOpen(head, settingsAt, results)
        const change = { vehicleId, afterUs: before.timeUs, untilUs: Number.POSITIVE_INFINITY }
        journeyChanges.push({ ...change, asOfUs: head.timeUs, journeys })
        eventChanges.push({ ...change, asOfUs: head.timeUs, events, settings: settingsOf(vehicleId) })
      }
      const bucketChange = {
        vehicleId,
        afterUs: before.timeUs,
        untilUs: Number.POSITIVE_INFINITY,
        lowestMs: lowestOf(before),
        buckets: results.buckets,
      }
      if (now === undefined) buckets.push(bucketChange)
      else if (results.buckets.length > 0) newBuckets.push(bucketChange)
      const storedUs = isHeadDue ? head.timeUs : now.storedUs
      written.push({ vehicleId, known: { head, openKey, storedUs } })
    }
    await writeJourneys(tx, journeyChanges)
    await onEvents(tx, await writeEvents(tx, eventChanges, nowMs() - lateAfterMs))
    await writeBuckets(tx, buckets, false)
    await writeBuckets(tx, newBuckets, true)
    await writeHeads(tx, heads)
    return written
  }

  function loadSettings(tx: Sql, live: readonly Live[]): Promise<SettingsOf> {
    const fromUs = live.reduce((least, it) => Math.min(least, it.before.timeUs), nowMs() * 1000)
    return settings.load(
      tx,
      live.map((it) => it.vehicleId),
      Math.max(fromUs / 1000, 0),
    )
  }

  async function replayDirty(budgetMs: number): Promise<number> {
    const endMs = performance.now() + budgetMs
    let readings = 0
    for (const it of dirty.due(nowMs())) {
      readings += await replayOne(it).catch((error: unknown) => {
        postpone(it, error)
        return 0
      })
      if (performance.now() >= endMs) break
    }
    return readings
  }

  async function replayOne(it: Dirty): Promise<number> {
    const { vehicleId } = it
    const { apply, readings } = await inSnapshot(async (tx) => {
      const [vehicle] = await tx`select from vehicles where id = ${vehicleId}`
      if (vehicle === undefined) {
        await deleteResults(tx, vehicleId)
        const applyDone = await dirty.done(tx, it, nowMs())
        return { readings: 0, apply: () => (applyDone(), known.delete(vehicleId)) }
      }
      const ofVehicle = (await settings.load(tx, [vehicleId], Math.max(it.fromUs / 1000, 0)))(vehicleId)
      // Without the memory, any reading may have been analysed already.
      const newestUs = known.get(vehicleId)?.head.timeUs ?? Number.POSITIVE_INFINITY
      const options = {
        sql: tx,
        dirty: it,
        newestUs,
        settingsAt: ofVehicle.at,
        nowMs: nowMs(),
        stepRows,
      }
      const replayed = await replay(options)
      const news = await writeReplay(tx, replayed, ofVehicle, nowMs() - lateAfterMs)
      await onEvents(tx, news)
      const { restFromUs, readings: count } = replayed
      const applyDone =
        restFromUs === undefined ? await dirty.done(tx, it, nowMs()) : await dirty.shorten(tx, it, restFromUs)
      return {
        readings: count,
        apply: () => {
          applyDone()
          remember(replayed, ofVehicle.at)
        },
      }
    })
    apply()
    return readings
  }

  function remember({ vehicleId, head }: Replay, settingsAt: SettingsAt): void {
    if (head === undefined) return
    known.set(vehicleId, { head, openKey: openKeyOf(head, settingsAt), storedUs: head.timeUs })
  }

  /** A vehicle that fails is left alone for a time, and the others go on. */
  function postpone(it: Dirty, error: unknown): void {
    it.failures++
    it.notBeforeMs = nowMs() + Math.min(FAILURE_PAUSE_MS * 2 ** (it.failures - 1), FAILURE_PAUSE_MAX_MS)
    known.delete(it.vehicleId)
    reportFailure(it.vehicleId, error)
  }

  function reportFailure(vehicleId: number, err: unknown): void {
    log.error(
      { event: 'insight_failed', vehicleId, err },
      `a vehicle could not be analysed: ${messageOf(err)}`,
    )
  }

  return {
    dirty,
    get vehicles() {
      return known.size
    },
    async start() {
      known.clear()
      await inSnapshot((tx) => dirty.load(tx))
    },
    tick,
    replayDirty,
  }
}

/** Writes the results of a replay over the stored ones. Returns what happened to events. */
async function writeReplay(
  tx: Sql,
  replayed: Replay,
  settings: VehicleSettings,
  lateBeforeMs: number,
): Promise<EventNews[]> {
  const { vehicleId, afterUs, untilUs, lowestMs, results, snapshots, head } = replayed
  const { journeys, events, buckets } = results
  const range = { vehicleId, afterUs, untilUs }
  const asOfUs = head !== undefined && Number.isFinite(head.timeUs) ? head.timeUs : 0
  await writeJourneys(tx, [{ ...range, asOfUs, journeys }])
  const news = await writeEvents(tx, [{ ...range, asOfUs, events, settings }], lateBeforeMs)
  await writeBuckets(tx, [{ ...range, lowestMs, buckets }], false)
  await deleteSnapshots(tx, vehicleId, afterUs, untilUs)
  await addSnapshots(tx, snapshots)
  if (head !== undefined && asOfUs > 0) await writeHeads(tx, [{ vehicleId, ...head }])
  return news
}

async function deleteResults(tx: Sql, vehicleId: number): Promise<void> {
  for (const table of ['journeys', 'events', 'vehicle_buckets', 'vehicle_snapshots', 'vehicle_heads']) {
    await tx`delete from ${tx(table)} where vehicle_id = ${vehicleId}`
  }
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
