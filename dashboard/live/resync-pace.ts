/** @limit the time between two snapshots of a page | the next one waits */
const INTERVAL_MS = 5000
const INTERVAL_MAX_MS = 60_000
/** A restart of the broker makes every page request a snapshot. This time spreads the requests. */
const SPREAD_MS = 1000
/** The database has a lost frame's positions about a second after it was sent. An earlier snapshot would lack them. */
const AFTER_GAP_MS = 2000
/** A timer may fire this early. */
const EARLY_MS = 20

/** Why a snapshot is needed. */
export type ResyncCause = 'gap' | 'new epoch' | 'unknown vehicle' | 'asked for'

/**
 * Decides when the next snapshot may be requested: at most one in 5 s, and fewer if they do not help. That happens if a vehicle
 * is in the feed but not (yet) in the API. Each useless snapshot doubles the interval, up to a minute.
 */
export class ResyncPace {
  #lastMs = -Infinity
  #intervalMs = INTERVAL_MS
  /** Time of the last gap. The positions in a gap are lost; a new epoch repeats those before it. */
  #gapMs = -Infinity

  /** Milliseconds from `nowMs` until the next snapshot; `random` is 0 to 1. */
  waitMs(nowMs: number, random: number): number {
    const fromMs = Math.max(this.#lastMs + this.#intervalMs, this.#gapMs + AFTER_GAP_MS)
    return Math.max(0, fromMs - nowMs) + SPREAD_MS * random
  }

  /** A frame was lost. */
  gap(nowMs: number): void {
    this.#gapMs = nowMs
  }

  /** Whether a snapshot that was requested then may lack the lost positions. */
  isTooEarly(askedMs: number): boolean {
    return askedMs < this.#gapMs + AFTER_GAP_MS - EARLY_MS
  }

  /** A snapshot was loaded for this cause. If an earlier one did not help, the pace slows down. */
  done(nowMs: number, cause: ResyncCause): void {
    const isAgain = cause === 'unknown vehicle' && nowMs - this.#lastMs < 2 * this.#intervalMs + SPREAD_MS
    this.#intervalMs = isAgain ? Math.min(INTERVAL_MAX_MS, this.#intervalMs * 2) : INTERVAL_MS
    this.#lastMs = nowMs
  }
}
