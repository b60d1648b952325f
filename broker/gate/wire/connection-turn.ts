/** The part of an `Edge` that a turn holds back. */
export interface Held {
  readonly destroyed: boolean
  hold(reason: 'turn'): void
  release(reason: 'turn'): void
}

/** The messages of one connection. Times are milliseconds of `performance.now()`. */
export interface Turn {
  /** A message was taken from the connection, with `bytes` of payload. */
  taken(bytes: number, nowMs: number): void
  /** One of its messages was settled. */
  settled(nowMs: number): void
}

/** The times of all turns. */
export interface TurnSchedule {
  /** A connection has sent little. */
  noteLight(edge: Held, nowMs: number): void
  /** Whether the last connection that has sent little is this one. */
  isLight(edge: Held): boolean
  /** Whether connections that send little were heard of lately. */
  hasLight(nowMs: number): boolean
  /** Charges a turn for the time that it took. */
  charge(ms: number, nowMs: number): void
  /** Admits a connection when all before it are admitted and there is time for it. */
  queue(turn: ConnectionTurn): void
}

/** The load of a connection is measured over so long; somewhat less than people notice. */
const SPAN_MS = 100
/** Cost of a message besides its payload, in bytes of payload. */
const MESSAGE_BYTES = 512
/**
 * A connection that sends more than this in one span has to take turns: some 1000 readings a second, or 640 kB.
 * @limit data of a connection in 100 ms while others send little, plus 512 bytes for each message | it rests 19 times
 * as long as that took
 */
const HEAVY_BYTES = 64 * 1024
/** A connection that sends at most this in a span counts as quiet, and should not be delayed. */
const LIGHT_BYTES = HEAVY_BYTES / 4
/** A connection rests so many times as long as its turn took: it has a twentieth of the time. */
const REST_FACTOR = 19
/** A turn may have waited for an outage to be noticed, so its cost is bounded. */
const COST_MAX_MS = 250
/** @limit the rest of such a connection | it is read again */
const REST_MAX_MS = 1000

/** The turn of one connection. A class, because ten thousand connections have one each. */
export class ConnectionTurn implements Turn {
  readonly #edge: Held
  readonly #schedule: TurnSchedule
  #underWay = 0
  #sinceMs = 0
  /** sent in this span; unknown before the first message */
  #bytes = Infinity
  #busyMs = 0
  #busySinceMs = 0
  #isOver = false
  /** cost of the last turn; as much is charged when the connection is admitted again */
  #costMs = 0
  #chargedMs = 0

  constructor(edge: Held, schedule: TurnSchedule) {
    this.#edge = edge
    this.#schedule = schedule
  }

  taken(bytes: number, nowMs: number): void {
    if (this.#underWay++ === 0) this.#busySinceMs = nowMs
    if (this.#isOver) return
    if (nowMs - this.#sinceMs > SPAN_MS) {
      if (this.#bytes > 0 && this.#bytes <= LIGHT_BYTES) this.#schedule.noteLight(this.#edge, nowMs)
      this.#begin(nowMs)
    }
    this.#bytes += bytes + MESSAGE_BYTES
    // If the last quiet connection was this one, it need not wait for itself.
    if (this.#bytes < HEAVY_BYTES || this.#schedule.isLight(this.#edge)) return
    if (!this.#schedule.hasLight(nowMs)) return
    this.#isOver = true
    this.#edge.hold('turn')
  }

  settled(nowMs: number): void {
    if (--this.#underWay > 0) return
    this.#busyMs += nowMs - this.#busySinceMs
    if (!this.#isOver) return
    this.#costMs = Math.min(this.#busyMs, COST_MAX_MS)
    this.#schedule.charge(this.#costMs - this.#chargedMs, nowMs)
    const restMs = this.#schedule.hasLight(nowMs) ? Math.min(this.#costMs * REST_FACTOR, REST_MAX_MS) : 0
    setTimeout(() => this.#schedule.queue(this), restMs).unref()
  }

  admit(nowMs: number): void {
    this.#isOver = false
    if (this.#edge.destroyed) return
    this.#begin(nowMs)
    this.#chargedMs = this.#costMs
    this.#schedule.charge(this.#chargedMs, nowMs)
    this.#edge.release('turn')
  }

  #begin(nowMs: number): void {
    this.#sinceMs = nowMs
    this.#bytes = 0
    this.#busyMs = 0
    this.#busySinceMs = nowMs
    this.#chargedMs = 0
  }
}
