import { LIVE_RECORDS_MAX, type LiveHeader } from '../../contract/live-frame.ts'
import type { LiveSubscribers } from '../live-link.ts'
import { emptyRecord, type FrameWriter } from './frame-writer.ts'
import { HiddenStates } from './hidden-states.ts'
import type { LiveMetrics } from './metrics.ts'
import type { VehicleStates } from './vehicle-states.ts'

/** The vehicles that a scope shows; `undefined` for all, with their whole history. */
export type Membership =
  | {
      /**
       * Beginning of the history that the scope shows, in microseconds since 1970; `undefined` if it does not show the vehicle.
       */
      seenFromUs(vehicleId: number): number | undefined
    }
  | undefined

interface ScopeFeedOptions {
  scope: string
  states: VehicleStates
  writer: FrameWriter
  subscribers: LiveSubscribers
  metrics: LiveMetrics
  /** the membership at the time of the call */
  membership: () => Membership
  nextEpoch: () => number
  /** A new subscriber gets the changes of this last time: they may not be in the table of positions yet. */
  catchUpMs: number
  /** A frame is sent at least so often, even an empty one. */
  quietMsMax: number
}

/** Beginning of the history of a vehicle that a scope shows; `undefined` if it does not show the vehicle. */
function seenFrom(members: Membership, vehicleId: number): number | undefined {
  return members === undefined ? -Infinity : members.seenFromUs(vehicleId)
}

/**
 * The members of a scope may change frequently, but a new snapshot for all subscribers is expensive.
 * @limit the time between two epochs of a scope | changes of its vehicles wait for the next epoch
 */
const EPOCH_MS_MIN = 2000
/** A value is in the tables, and so in a snapshot, about a second after its reading. */
const STORED_AFTER_MS = 1500
/**
 * States of vehicles without a position, except alerts, begin an epoch so rarely. A snapshot of 10,000 vehicles costs the
 * database a third of a second for each subscriber. A snapshot each 30 s takes a hundredth of its time.
 */
const EPOCH_MS_PER_VEHICLE = 3
const HIDDEN_EPOCH_MS_MAX = 60_000

/** The live feed of one scope, for as long as it has subscribers. */
export class ScopeFeed {
  readonly #options: ScopeFeedOptions
  #epoch: number
  #epochAtMs = 0
  /** Number of the last frame. The first subscriber gets 2 first: 1 would mean that its snapshot is from an earlier epoch. */
  #seq = 1
  #sentAtMs = 0
  #owesCatchUp = true
  #isStale = false
  readonly #hidden = new HiddenStates()
  readonly #record = emptyRecord()
  /** when the first and the last unsent change of a vehicle without a position are in a snapshot; Infinity while every change was sent */
  #hiddenDueMs = Infinity
  #hiddenLastMs = 0
  /** one of these changes concerns an alert */
  #hasAlert = false

  constructor(options: ScopeFeedOptions) {
    this.#options = options
    this.#epoch = options.nextEpoch()
  }

  /** The next frame also has the latest changes before it. */
  catchUp(): void {
    this.#owesCatchUp = true
  }

  /** The vehicles of the scope, or their keys, have changed: a new epoch begins with the next frame. */
  renew(): void {
    this.#isStale = true
  }

  /** Sends the vehicles that changed. Without any, an empty frame is sent when it is due. */
  tick(nowMs: number): void {
    if ((this.#isStale || this.#isHiddenDue(nowMs)) && nowMs - this.#epochAtMs >= EPOCH_MS_MIN) {
      this.#isStale = false
      this.#hiddenDueMs = this.#hiddenLastMs > nowMs ? this.#hiddenLastMs : Infinity
      this.#hasAlert &&= this.#hiddenDueMs !== Infinity
      this.#epochAtMs = nowMs
      this.#epoch = this.#options.nextEpoch()
      this.#seq = 0
      this.#owesCatchUp = true
    }
    const rows = this.#owesCatchUp ? this.#recentRows(nowMs) : this.#changedRows(nowMs)
    const isDue = this.#owesCatchUp || nowMs - this.#sentAtMs >= this.#options.quietMsMax
    this.#owesCatchUp = false
    if (rows.length === 0 && !isDue) return
    this.#sentAtMs = nowMs
    this.#send(rows, nowMs)
  }

  #isHiddenDue(nowMs: number): boolean {
    if (nowMs < this.#hiddenDueMs) return false
    const pauseMs = Math.min(this.#options.states.count * EPOCH_MS_PER_VEHICLE, HIDDEN_EPOCH_MS_MAX)
    return this.#hasAlert || nowMs - this.#epochAtMs >= pauseMs
  }

  /** A vehicle has changed whose position the scope does not show. */
  #noteHidden(row: number, nowMs: number, seenFromUs: number): void {
    this.#options.states.read(row, this.#record, nowMs, seenFromUs)
    const news = this.#hidden.note(this.#record)
    if (news === undefined) return
    this.#hiddenLastMs = nowMs + STORED_AFTER_MS
    this.#hiddenDueMs = Math.min(this.#hiddenDueMs, this.#hiddenLastMs)
    this.#hasAlert ||= news === 'alert'
  }

  #send(rows: Uint32Array, nowMs: number): void {
    const { scope, states, writer, subscribers, metrics } = this.#options
    const binary: Uint8Array[] | undefined = subscribers.count(scope, 'binary') > 0 ? [] : undefined
    const members = this.#options.membership()
    const seenFromUs = (row: number) => seenFrom(members, states.idOf(row)) ?? Infinity
    const json: Uint8Array[] | undefined = subscribers.count(scope, 'json') > 0 ? [] : undefined
    for (let at = 0; at === 0 || at < rows.length; at += LIVE_RECORDS_MAX) {
      const part = rows.subarray(at, at + LIVE_RECORDS_MAX)
      let baseTimeMs = nowMs
      // A device's clock may be ahead of ours, and its time must be sent as it is.
      for (const row of part) baseTimeMs = Math.max(baseTimeMs, states.newestMsOf(row))
      const header: LiveHeader = { epoch: this.#epoch, seq: ++this.#seq, baseTimeMs }
      binary?.push(writer.binary(header, part, nowMs, seenFromUs))
      json?.push(writer.json(header, part, nowMs, seenFromUs))
    }
    const formats = Number(binary !== undefined) + Number(json !== undefined)
    metrics.frames.inc((binary ?? json ?? []).length * formats)
    metrics.records.inc(rows.length * formats)
    if (binary) subscribers.send(scope, 'binary', binary)
    if (json) subscribers.send(scope, 'json', json)
  }

  #changedRows(nowMs: number): Uint32Array {
    const { states } = this.#options
    return this.#select(nowMs, states.changedCount, (n) => states.changed[n] ?? 0)
  }

  #recentRows(nowMs: number): Uint32Array {
    const { states, catchUpMs } = this.#options
    const sinceMs = nowMs - catchUpMs
    return this.#select(
      nowMs,
      states.count,
      (row) => row,
      (row) => (states.changedAtMs[row] ?? 0) >= sinceMs,
    )
  }

  /** The rows that have a position in this scope; the states of the others are noted. */
  #select(
    nowMs: number,
    count: number,
    rowAt: (n: number) => number,
    isMeant = (_row: number) => true,
  ): Uint32Array {
    const { states } = this.#options
    const members = this.#options.membership()
    const rows = new Uint32Array(count)
    let selected = 0
    for (let n = 0; n < count; n++) {
      const row = rowAt(n)
      if (!isMeant(row)) continue
      const seenFromUs = seenFrom(members, states.idOf(row))
      if (seenFromUs === undefined) continue
      if (states.hasPosition(row, seenFromUs)) {
        rows[selected++] = row
        this.#hidden.forget(states.idOf(row))
      } else if (states.isInUse(row)) this.#noteHidden(row, nowMs, seenFromUs)
    }
    return rows.subarray(0, selected)
  }
}
