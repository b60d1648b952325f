/** @limit the time between two snapshots of a page | the next one waits */
const INTERVAL_MS = 5000
const INTERVAL_MAX_MS = 60_000
/** A broker that restarts makes every page ask at once; they ask within so long. */
const SPREAD_MS = 1000
/** A lost frame's positions are in the table about a second after it was sent; a snapshot before that would lack them. */
const AFTER_GAP_MS = 2000
/** A timer may be so early. */
const EARLY_MS = 20

/** What a snapshot is to mend. */
export type ResyncCause = 'gap' | 'new epoch' | 'unknown vehicle' | 'asked for'

/**
 * When the next snapshot may be asked for: at most one in 5 s, and fewer when they do not help, as for a vehicle that the
 * feed knows and the API does not (yet): each that was in vain doubles the interval, up to a minute.
 */
export class ResyncPace {
  #lastMs = -Infinity
  #intervalMs = INTERVAL_MS
  /** A new epoch repeats what happened just before it, a gap does not. */
  #gapMs = -Infinity

  /** Milliseconds from `nowMs` until it may be; `random` is from 0 to 1. */
  waitMs(nowMs: number, random: number): number {
    const fromMs = Math.max(this.#lastMs + this.#intervalMs, this.#gapMs + AFTER_GAP_MS)
    return Math.max(0, fromMs - nowMs) + SPREAD_MS * random
  }

  /** A frame was lost. */
  gap(nowMs: number): void {
    this.#gapMs = nowMs
  }

  /** Whether a snapshot that was asked for then may lack what was lost. */
  isTooEarly(askedMs: number): boolean {
    return askedMs < this.#gapMs + AFTER_GAP_MS - EARLY_MS
  }

  /** A snapshot was loaded, because of something that an earlier one should have mended or not. */
  done(nowMs: number, cause: ResyncCause): void {
    const isAgain = cause === 'unknown vehicle' && nowMs - this.#lastMs < 2 * this.#intervalMs + SPREAD_MS
    this.#intervalMs = isAgain ? Math.min(INTERVAL_MAX_MS, this.#intervalMs * 2) : INTERVAL_MS
    this.#lastMs = nowMs
  }
}
