import type { Sql } from '../sql/connect.ts'
import { LOOK_UP_SETTINGS } from '../sql/look-up-settings.ts'
import type { BrokerContext } from './context.ts'
import type { RowBuffer } from './ingest/row-buffer.ts'
import type { StoreResult } from './ingest/store-result.ts'
import { createCommitListeners } from './live/commit-listeners.ts'
import { createDuplicates } from './live/duplicates.ts'
import { openLiveFeed } from './live/feed.ts'
import { writeMissing } from './live/newest-queries.ts'
import { createNewestValues } from './live/newest.ts'
import { createSharedReadings } from './live/shared-readings.ts'
import { createReports } from './presence/reports.ts'
import { openScopes } from './registry/scopes.ts'
import { createTokenUses } from './registry/token-uses.ts'

/** Opens the parts that follow a commit (newest values, live feed, counts), and the scopes by which the feed is divided. */
export async function openAfterCommit(context: BrokerContext, sql: Sql) {
  const { config, log, metrics, closers, pool } = context
  const newest = await openNewestValues(context)
  const scopes = await openScopes({ sql: pool('scopes', 1), largeSql: pool('large scopes', 1), log })
  closers.add('scopes', scopes, (it) => it.close())
  scopes.onVehiclesGone(newest.forget)
  const { STALE_AFTER_S: staleAfterS, LIVE_INTERVAL_MS: intervalMs } = config
  const staleAfterMs = staleAfterS * 1000
  const live = await openLiveFeed({ sql, log, scopes, metrics, intervalMs, staleAfterMs })
  closers.add('live', live, (it) => it.close())
  const { tokenUses, duplicates, shared, reports } = openCounts(context)
  const onStored = createCommitListeners<[RowBuffer, StoreResult]>(log, {
    positions: newest.note,
    live: live.note,
    duplicates: (rows, result) => duplicates.note(rows, result.duplicates),
    shared: (rows, { duplicates: again, nths }) => shared.note(rows, again, nths),
  })
  return { scopes, live, tokenUses, reports, onStored }
}

async function openNewestValues({ log, closers, pool }: BrokerContext) {
  const sql = pool('positions', 1, { statement_timeout: 10_000, ...LOOK_UP_SETTINGS })
  await writeMissing(sql).catch((err: unknown) =>
    log.warn(
      { event: 'positions_not_recovered', err },
      'newest positions and values were not recovered; those of the last second before a crash may be missing until newer readings arrive',
    ),
  )
  return closers.add('positions', createNewestValues({ sql, log }), (it) => it.close())
}

function openCounts({ config, log, closers, pool }: BrokerContext) {
  const sql = pool('counts', 1, { statement_timeout: 10_000 })
  const tokenUses = createTokenUses({ sql, log })
  const duplicates = createDuplicates({ sql, log })
  const shared = createSharedReadings({ sql, log })
  const reports = createReports({ sql, log, staleAfterS: config.STALE_AFTER_S })
  // Together: while the database hangs, each of them takes a second.
  closers.add('counts', [tokenUses, duplicates, shared, reports], (all) =>
    Promise.all(all.map((it) => it.close())),
  )
  return { tokenUses, duplicates, shared, reports }
}
