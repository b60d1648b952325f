import { createClosers } from '../kit/closers.ts'
import { loadConfig } from '../kit/config.ts'
import { messageOf } from '../kit/errors.ts'
import { createLog } from '../kit/log.ts'
import { createMetrics } from '../kit/metrics.ts'
import { lowerPriority } from '../kit/priority.ts'
import { createSecretSeal } from '../kit/sealed-secret.ts'
import { untilSignal } from '../kit/signals.ts'
import { connect } from '../sql/connect.ts'
import { migrate } from '../sql/migrate.ts'
import { describeDatabaseError } from '../sql/unreachable.ts'
import { createMailSender } from './mail/mail.ts'
import { openNotify } from './notify.ts'
import { openStatus } from './status.ts'
import { createWebhookSender } from './webhook/webhook.ts'

/** @limit connections of notify to the database | its queries wait */
const DATABASE_CONNECTIONS_MAX = 3
const STATEMENT_TIMEOUT_MS = 20_000
/** Longer than an attempt to send a webhook, so that it is noted. */
const CLOSE_DEADLINE_MS = 15_000

async function main(): Promise<void> {
  const config = loadConfig(process.env, ['DATABASE_URL', 'JWT_SECRET'])
  const log = createLog('notify', config.LOG_LEVEL)
  const closers = createClosers(log)
  const signal = untilSignal()
  // A notification can wait, an acknowledgement should not.
  await lowerPriority()

  try {
    const url = config.DATABASE_URL
    await migrateOnce(url)
    const metrics = createMetrics()
    const settings = { statement_timeout: STATEMENT_TIMEOUT_MS }
    const sql = connect({
      url,
      max: DATABASE_CONNECTIONS_MAX,
      applicationName: 'fleetwire-notify',
      settings,
      lowPriority: true,
    })
    closers.add('sql', sql, (it) => it.end({ timeout: 1 }))
    const allowPrivate = config.WEBHOOK_ALLOW_PRIVATE === 'true'
    const notify = await openNotify({
      sql,
      log,
      metrics,
      seal: createSecretSeal(config.JWT_SECRET, config.JWT_SECRET_PREVIOUS),
      webhooks: createWebhookSender({ allowPrivate, now: Date.now }),
      mails: createMailSender({ url: config.SMTP_URL, from: config.MAIL_FROM }),
      ageMaxMs: config.ALERT_AGE_MAX_S * 1000,
      digestMs: config.DIGEST_INTERVAL_S * 1000,
    })
    closers.add('notify', notify, (it) => it.close())
    const { NOTIFY_STATUS_HOST: host, NOTIFY_STATUS_PORT: port } = config
    const status = await openStatus({ host, port, metrics, problem: () => notify.problem() })
    closers.add('status', status, (it) => it.close())

    log.info({ event: 'notify_ready', host, statusPort: status.port }, 'notify ready')
    process.send?.({ ready: true, statusPort: status.port })
    log.info({ event: 'closing', signal: await signal })
  } finally {
    await closers.closeAll({ deadlineMs: CLOSE_DEADLINE_MS })
  }
}

async function migrateOnce(url: string): Promise<void> {
  const sql = connect({ url, max: 1, applicationName: 'fleetwire-notify migrate' })
  try {
    await migrate(sql)
  } catch (error) {
    throw describeDatabaseError(error)
  } finally {
    await sql.end({ timeout: 1 })
  }
}

main().then(
  () => process.exit(0),
  (error: unknown) => {
    process.stderr.write(`notify: ${messageOf(error)}\n`)
    process.exit(1)
  },
)
