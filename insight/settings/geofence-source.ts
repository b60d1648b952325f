import type { Sql } from '../../sql/connect.ts'
import { listGeofenceVersions, readGeofenceRevision } from './geofence-version.ts'
import { createGeofences, type Geofences } from './geofences.ts'

/** Geofences in memory, read again after a change, or for readings from an earlier time. */
export interface GeofenceSource {
  /**
   * The geofences at times from `fromMs` on. In a transaction that also reads `telemetry_changes`, they include every
   * change that is reported there, if the transaction is repeatable read or reads the changes first.
   */
  since(sql: Sql, fromMs: number): Promise<Geofences>
}

/** Versions are read from the beginning of a day, so that ever earlier readings do not read them ever again. */
const DAY_MS = 86_400_000

export function createGeofenceSource(): GeofenceSource {
  let known: { revision: number; fromMs: number; geofences: Geofences } | undefined
  return {
    async since(sql, fromMs) {
      // Before the versions: a change in between is read twice instead of never.
      const revision = await readGeofenceRevision(sql)
      if (known?.revision === revision && known.fromMs <= fromMs) return known.geofences
      const startMs = Math.floor(fromMs / DAY_MS) * DAY_MS
      const geofences = createGeofences(await listGeofenceVersions(sql, startMs))
      known = { revision, fromMs: startMs, geofences }
      return geofences
    },
  }
}
