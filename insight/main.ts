import { createClosers } from '../kit/closers.ts'
import { loadConfig } from '../kit/config.ts'
import { messageOf } from '../kit/errors.ts'
import { createLog } from '../kit/log.ts'
import { createMetrics } from '../kit/metrics.ts'
import { lowerPriority } from '../kit/priority.ts'
import { untilSignal } from '../kit/signals.ts'
import { openStatusPages } from '../kit/status-pages.ts'
import { plainHostOf } from '../kit/tls-settings.ts'
import { connect } from '../sql/connect.ts'
import { migrate } from '../sql/migrate.ts'
import { describeDatabaseError } from '../sql/unreachable.ts'
import { openInsight } from './insight.ts'
import { rebuild } from './rebuild.ts'

async function main(): Promise<void> {
  const config = loadConfig(process.env, ['DATABASE_URL'])
  const log = createLog('insight', config.LOG_LEVEL)
  const url = config.DATABASE_URL
  const [command, ...args] = process.argv.slice(2)
  if (command !== undefined) {
    process.exitCode = await rebuild(url, [command, ...args])
    return
  }
  const closers = createClosers(log)
  const signal = untilSignal()
  // Beside a broker on the same processors: an analysis can wait, an acknowledgement should not.
  await lowerPriority()
  try {
    const metrics = createMetrics()
    await migrateOnce(url)
    const insight = openInsight({ url, log, metrics, intervalMs: config.INSIGHT_INTERVAL_MS })
    closers.add('insight', insight, (it) => it.close())
    const host = config.INSIGHT_STATUS_HOST ?? plainHostOf(config)
    const setting = 'INSIGHT_STATUS_PORT'
    const readiness = () => insight.readiness
    const status = await openStatusPages({ host, port: config[setting], setting, metrics, readiness })
    closers.add('status', status, (it) => it.close())
    process.send?.({ ready: true, statusPort: status.port })
    log.info({ event: 'closing', signal: await signal })
  } finally {
    await closers.closeAll({ deadlineMs: 10_000 })
  }
}

async function migrateOnce(url: string): Promise<void> {
  const sql = connect({ url, max: 1, applicationName: 'fleetwire-insight migrate' })
  try {
    await migrate(sql)
  } catch (error) {
    throw describeDatabaseError(error)
  } finally {
    await sql.end({ timeout: 1 })
  }
}

main().then(
  () => process.exit(),
  (error: unknown) => {
    process.stderr.write(`insight: ${messageOf(error)}\n`)
    process.exit(1)
  },
)
