/** Snapshots are hourly for this time, and daily before. */
const HOURLY_MS = 48 * 3_600_000
const HOUR_US = 3_600_000_000
const DAY_US = 24 * HOUR_US

/**
 * Whether the state after the reading at `timeUs` is kept, if the next reading is at `nextUs`: it is the last one of its day,
 * or of its hour if that is recent. Depends on readings and the date only, so that every way to compute it gives the same.
 */
export function isKept(timeUs: number, nextUs: number, nowMs: number): boolean {
  if (!Number.isFinite(timeUs)) return false
  const unitUs = nowMs - timeUs / 1000 <= HOURLY_MS ? HOUR_US : DAY_US
  return Math.floor(timeUs / unitUs) !== Math.floor(nextUs / unitUs)
}

/** SQL: whether a row of `vehicle_snapshots` is the last of its hour only, and too old for that. */
export const EXPIRED_SNAPSHOTS = `
  delete from vehicle_snapshots s
  where s.time < now() - interval '${HOURLY_MS / 3_600_000} hours' and s.time > now() - interval '10 days'
    and exists (
      select from vehicle_snapshots later
      where later.vehicle_id = s.vehicle_id and later.time > s.time
        and later.time < date_trunc('day', s.time, 'UTC') + interval '1 day'
        and date_trunc('day', later.time, 'UTC') = date_trunc('day', s.time, 'UTC'))`
