import { setTimeout as delay } from 'node:timers/promises'
import { codeOf, messageOf } from '../kit/errors.ts'
import type { Log } from '../kit/log.ts'
import type { Metrics } from '../kit/metrics.ts'
import { connect, type Pool } from '../sql/connect.ts'
import { LOOK_UP_SETTINGS } from '../sql/look-up-settings.ts'
import { addDeliveries } from './deliveries.ts'
import { createEngine, type Engine, type Tick } from './engine.ts'
import { createInsightMetrics } from './insight-metrics.ts'
import { createSettingsSource } from './settings/settings.ts'
import { createJourneyNaming } from './places/journey-naming.ts'
import { createPlaces } from './places/places.ts'
import { EXPIRED_SNAPSHOTS } from './snapshots.ts'
import { createSoleSession } from './sole-session.ts'

export interface Insight {
  readonly readiness: { ready: boolean; detail: string }
  /** Resolves when the transaction under way has ended. */
  close(): Promise<void>
}

export interface InsightOptions {
  url: string
  log: Log
  metrics: Metrics
  /** time between two ticks, ms */
  intervalMs: number
  /** names places instead of settlements */
  geocoder?: { url: string; requestsPerS: number } | undefined
  nowMs?: () => number
}

/** Share of the interval for vehicles with changes in the past while changes of others wait. */
const REPLAY_SHARE = 0.25
const SNAPSHOTS_EXPIRE_EVERY_MS = 3_600_000
const RETRY_MS = 1000
/**
 * A lost commit takes the deletion of the changes with it, and ends the connection, after which everything begins with what is
 * stored. So nothing has to wait for the disk.
 */
const SESSION_SETTINGS = {
  ...LOOK_UP_SETTINGS,
  synchronous_commit: 'off',
  statement_timeout: 0,
  // If this machine vanishes, the server must notice it soon: it holds the lock for which a standby waits.
  tcp_keepalives_idle: 30,
  tcp_keepalives_interval: 10,
  tcp_keepalives_count: 3,
}

/** Analyses stored readings until it is closed: one process at a time, another one waits as a standby. */
export function openInsight(options: InsightOptions): Insight {
  const { url, log, metrics, intervalMs, geocoder, nowMs = Date.now } = options
  const sql: Pool = connect({
    url,
    max: 1,
    applicationName: 'fleetwire-insight',
    lowPriority: true,
    settings: SESSION_SETTINGS,
  })
  const session = createSoleSession(sql)
  const { inSnapshot } = session
  const engine = createEngine({
    inSnapshot,
    log,
    settings: createSettingsSource(),
    onEvents: addDeliveries,
    nowMs,
  })
  const closing = new AbortController()
  const { signal } = closing
  let state: 'starting' | 'standby' | 'active' | 'failing' = 'starting'
  let failure = ''
  const measured = createInsightMetrics(metrics, { engine, isActive: () => state === 'active' })

  async function run(): Promise<void> {
    while (!signal.aborted) {
      try {
        if (await session.take()) await analyse()
        else await wait('standby', intervalMs)
      } catch (error) {
        if (signal.aborted) return
        failure = messageOf(error)
        const [level, event] =
          codeOf(error) === 'lock_lost'
            ? (['warn', 'lock_lost'] as const)
            : (['error', 'analysis_failed'] as const)
        log[level]({ event, err: error }, 'readings cannot be analysed, will retry')
        await wait('failing', RETRY_MS)
      }
    }
  }

  async function wait(next: typeof state, ms: number): Promise<void> {
    state = next
    await delay(ms, undefined, { signal }).catch(() => {})
  }

  async function analyse(): Promise<void> {
    await engine.start()
    if (state !== 'active') log.info({ event: 'analysis_started' }, 'this process analyses readings')
    state = 'active'
    let expiredMs = 0
    while (!signal.aborted) {
      const startMs = performance.now()
      const tick = await engine.tick()
      measured.onTick(tick, performance.now() - startMs)
      measured.onReplayed(await engine.replayDirty(budgetOf(tick, startMs)))
      if (nowMs() - expiredMs >= SNAPSHOTS_EXPIRE_EVERY_MS) {
        expiredMs = nowMs()
        await session.inSnapshot((tx) => tx.unsafe(EXPIRED_SNAPSHOTS))
      }
      const restMs = tick.isComplete ? startMs + intervalMs - performance.now() : 0
      if (restMs > 0) await delay(restMs, undefined, { signal }).catch(() => {})
    }
  }

  function budgetOf(tick: Tick, startMs: number): number {
    return tick.isComplete ? startMs + intervalMs - performance.now() : REPLAY_SHARE * intervalMs
  }

  const running = run()
  const naming = createJourneyNaming({
    sql,
    log,
    places: createPlaces({ sql, log, geocoder }),
    intervalMs,
    isActive: () => state === 'active',
  })
  return {
    get readiness() {
      return describe(state, failure, engine)
    },
    async close() {
      closing.abort()
      await Promise.all([running, naming.close()])
      await sql.end({ timeout: 1 })
    },
  }
}

function describe(state: string, failure: string, { dirty }: Engine): { ready: boolean; detail: string } {
  if (state === 'starting') return { ready: false, detail: 'the database was not reached yet' }
  if (state === 'failing') return { ready: false, detail: failure }
  if (state === 'standby') return { ready: true, detail: 'standby: another process analyses readings' }
  const { failing } = dirty
  if (failing === 0) return { ready: true, detail: '' }
  return { ready: true, detail: `${failing} vehicle(s) cannot be analysed; see the log` }
}
