/** The feed sends at least an empty frame every 5 s; 3 s more are the way's. */
export const STALE_AFTER_MS = 8000
/** A connection that is silent for so long is dead, whatever TCP believes. */
export const DEAD_AFTER_MS = 30_000

export function freshnessOf(silentMs: number): 'live' | 'stale' | 'dead' {
  if (silentMs < STALE_AFTER_MS) return 'live'
  return silentMs < DEAD_AFTER_MS ? 'stale' : 'dead'
}
