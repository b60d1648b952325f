import { TokenBucket } from '../../../kit/token-bucket.ts'

/** The part of an `Edge` that a turn holds back. */
interface Held {
  readonly destroyed: boolean
  hold(reason: 'turn'): void
  release(reason: 'turn'): void
}

/** The messages of one connection. Times are milliseconds of `performance.now()`. */
export interface Turn {
  /** A message was taken from it; `bytes` of payload. */
  taken(bytes: number, nowMs: number): void
  /** One of its messages was settled. */
  settled(nowMs: number): void
}

export interface Turns {
  of(edge: Held): Turn
}

/** How long the load that a connection makes is looked at; somewhat less than people notice. */
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
/** They are there for so long after one of them was heard. */
const LIGHT_MS = 1000
/** A connection rests so many times as long as its turn took: it has a twentieth of the time. */
const REST_FACTOR = 19
/** A turn may have waited for an outage to be noticed; what it costs and how long it rests after it is bounded. */
const COST_MAX_MS = 250
/** @limit the rest of such a connection | it is read again */
const REST_MAX_MS = 1000
/** The share of the time that all turns get together, however many connections take them. */
const SHARE = 0.5
/** Maximum of the saved-up share while no connection takes turns. */
const SAVED_MAX_MS = 50

/**
 * A flooding connection must not delay occasional senders. A connection that has sent more than they
 * ever would is not read until all of it is settled, rests, and then waits until all who do the same have had no more
 * than their share of the time. A turn costs as long as some of it was under way: that counts our work and the
 * database's. While no connection sends little, none waits.
 */
export function createTurns(): Turns {
  const time = new TokenBucket(SHARE * 1000, SAVED_MAX_MS, performance.now())
  const waiting: ConnectionTurn[] = []
  let timer: NodeJS.Timeout | undefined
  /** the connection that last sent little, and when */
  let light: Held | undefined
  let lightAtMs = -Infinity

  const hasLight = (nowMs: number) => nowMs - lightAtMs < LIGHT_MS

  class ConnectionTurn implements Turn {
    readonly #edge: Held
    #underWay = 0
    #sinceMs = 0
    /** what was sent in this span; of the first message nothing is known */
    #bytes = Infinity
    #busyMs = 0
    #busySinceMs = 0
    #isOver = false
    /** what its last turn cost; as much is charged when it is let in again */
    #costMs = 0
    #chargedMs = 0

    constructor(edge: Held) {
      this.#edge = edge
    }

    taken(bytes: number, nowMs: number): void {
      if (this.#underWay++ === 0) this.#busySinceMs = nowMs
      if (this.#isOver) return
      if (nowMs - this.#sinceMs > SPAN_MS) {
        if (this.#bytes > 0 && this.#bytes <= LIGHT_BYTES) {
          light = this.#edge
          lightAtMs = nowMs
        }
        this.#begin(nowMs)
      }
      this.#bytes += bytes + MESSAGE_BYTES
      // A connection that was quiet itself until now, and is alone, need not wait for itself.
      if (this.#bytes < HEAVY_BYTES || light === this.#edge || !hasLight(nowMs)) return
      this.#isOver = true
      this.#edge.hold('turn')
    }

    settled(nowMs: number): void {
      if (--this.#underWay > 0) return
      this.#busyMs += nowMs - this.#busySinceMs
      if (!this.#isOver) return
      this.#costMs = Math.min(this.#busyMs, COST_MAX_MS)
      time.charge(this.#costMs - this.#chargedMs, nowMs)
      const restMs = hasLight(nowMs) ? Math.min(this.#costMs * REST_FACTOR, REST_MAX_MS) : 0
      setTimeout(() => {
        waiting.push(this)
        admit(performance.now())
      }, restMs).unref()
    }

    admit(nowMs: number): void {
      this.#isOver = false
      if (this.#edge.destroyed) return
      this.#begin(nowMs)
      this.#chargedMs = this.#costMs
      time.charge(this.#chargedMs, nowMs)
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

  function admit(nowMs: number): void {
    while (waiting.length > 0) {
      const waitMs = hasLight(nowMs) ? time.waitMs(nowMs) : 0
      if (waitMs > 0) {
        timer ??= setTimeout(() => {
          timer = undefined
          admit(performance.now())
        }, waitMs).unref()
        return
      }
      waiting.shift()?.admit(nowMs)
    }
  }

  return { of: (edge) => new ConnectionTurn(edge) }
}
