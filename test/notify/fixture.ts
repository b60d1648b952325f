import { createLog } from '../../kit/log.ts'
import { createMetrics, type Metrics } from '../../kit/metrics.ts'
import { createSecretSeal } from '../../kit/sealed-secret.ts'
import { createMailSender } from '../../notify/mail/mail.ts'
import { openNotify, type Notify } from '../../notify/notify.ts'
import { createWebhookSender } from '../../notify/webhook/webhook.ts'
import type { Sql } from '../../sql/connect.ts'
import { eventually } from '../support/eventually.ts'
import { openTestDatabase, type TestDatabase } from '../support/database.ts'

export const SECRET = 's'.repeat(40)
export const WHSEC = `whsec_${Buffer.from('k'.repeat(32)).toString('base64')}`
export const seal = createSecretSeal(SECRET)

export interface DeliveryState {
  state: string
  attempts: number
  lastError: string | null
  digestId: string | null
  results: string[]
}

export interface NotifyFixture {
  database: TestDatabase
  sql: Sql
  metrics: Metrics
  open(options?: {
    smtpUrl?: string
    allowPrivate?: boolean
    ageMaxMs?: number
    digestMs?: number
  }): Promise<Notify>
  /** Returns its id. */
  addChannel(channel: Record<string, unknown>): Promise<number>
  /** Returns its id. */
  addDelivery(channelId: number, delivery?: Record<string, unknown>): Promise<string>
  stateOf(id: string): Promise<DeliveryState>
  until(id: string, state: string): Promise<DeliveryState>
  close(): Promise<void>
}

export const event = (more: object = {}) => ({
  id: 7,
  vehicle: 'truck-7',
  vehicle_name: 'Truck 7',
  rule: 'fast',
  rule_name: 'Too fast',
  kind: 'overspeed',
  severity: 'warning',
  state: 'open',
  started_at: '2026-11-30T08:00:00Z',
  ended_at: null,
  value: 104.5,
  limit: 90,
  ...more,
})

/** A database, and notify in this process when a test opens it. */
export async function openNotifyFixture(): Promise<NotifyFixture> {
  const database = await openTestDatabase()
  const { sql } = database
  const metrics = createMetrics()
  let running: Notify | undefined
  let channels = 0
  const fixture: NotifyFixture = {
    database,
    sql,
    metrics,
    async open({ smtpUrl, allowPrivate = true, ageMaxMs = 900_000, digestMs = 3_600_000 } = {}) {
      await running?.close()
      running = await openNotify({
        sql,
        log: createLog('notify', process.env['TEST_LOG'] ?? 'silent'),
        metrics: createMetrics(),
        seal,
        webhooks: createWebhookSender({ allowPrivate, now: Date.now, timeoutMs: 500 }),
        mails: createMailSender({ url: smtpUrl, from: 'Fleet <fleet@example.org>' }),
        ageMaxMs,
        digestMs,
      })
      return running
    },
    async addChannel(channel) {
      const row = {
        key: `channel-${++channels}`,
        kind: 'webhook',
        secret: channel['kind'] === undefined ? seal.seal(WHSEC) : null,
        ...channel,
        config: sql.json((channel['config'] ?? {}) as never),
        ...(channel['templates'] !== undefined && { templates: sql.json(channel['templates'] as never) }),
        ...(channel['quiet_hours'] !== undefined && {
          quiet_hours: sql.json(channel['quiet_hours'] as never),
        }),
      }
      const [inserted] = await sql<{ id: number }[]>`insert into channels ${sql(row as never)} returning id`
      return inserted?.id ?? 0
    },
    async addDelivery(channelId, delivery = {}) {
      const row = {
        channel_id: channelId,
        reason: 'raised',
        severity: 'warning',
        ...delivery,
        payload: sql.json((delivery['payload'] ?? event()) as never),
      }
      const [inserted] = await sql<{ id: string }[]>`insert into deliveries ${sql(row as never)} returning id`
      return inserted?.id ?? ''
    },
    async stateOf(id) {
      const [row] = await sql<DeliveryState[]>`
        select state, attempts, last_error as "lastError", digest_id as "digestId",
          (
            select coalesce(jsonb_agg(result order by at), '[]') from delivery_attempts where delivery_id = deliveries.id
          ) as results
        from deliveries where id = ${id}`
      if (row === undefined) throw new Error(`no delivery ${id}`)
      return row
    },
    async until(id, state) {
      return eventually(`${id} is ${state}`, async () => {
        const now = await fixture.stateOf(id)
        return now.state === state ? now : undefined
      })
    },
    async close() {
      await running?.close()
      await database.drop()
    },
  }
  return fixture
}
