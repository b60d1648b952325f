import { signal, type ReadonlySignal } from '@preact/signals'
import type { LiveStatus } from './live-status.ts'
import { freshnessOf } from './staleness.ts'

export interface FeedStatus {
  status: ReadonlySignal<LiveStatus>
  /** The table is complete, and frames keep it up to date from now on. */
  begin: () => void
  noteFrame: () => void
  /** The feed has ended. Returns how long it lived in ms, 0 if it had not begun. */
  end: () => number
  retry: (attempt: number, waitMs: number, reason: string) => void
  /** Checks the age of the last frame. Calls `onSilent` if the connection is probably dead. */
  check: (onSilent: () => void) => void
}

/** The state of the live feed as the page shows it. */
export function createFeedStatus(now: () => number): FeedStatus {
  const status = signal<LiveStatus>({ state: 'connecting' })
  let liveSinceMs = Infinity
  let lastFrameMs = 0

  function noteFrame(): void {
    lastFrameMs = now()
    // Before `begin`, the table is not complete.
    if (liveSinceMs !== Infinity) status.value = { state: 'live', lastFrameMs }
  }

  return {
    status,
    begin() {
      liveSinceMs = now()
      noteFrame()
    },
    noteFrame,
    end() {
      const lifeMs = Math.max(0, now() - liveSinceMs)
      liveSinceMs = Infinity
      return lifeMs
    },
    retry(attempt, waitMs, reason) {
      status.value = { state: 'reconnecting', attempt, retryAtMs: now() + waitMs, reason }
    },
    check(onSilent) {
      if (liveSinceMs === Infinity) return
      const freshness = freshnessOf(now() - lastFrameMs)
      if (freshness === 'dead') onSilent()
      else if (freshness !== status.value.state) status.value = { state: freshness, lastFrameMs }
    },
  }
}
