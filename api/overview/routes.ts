import type { Claims } from '../../contract/claims.ts'
import { formatTime } from '../../contract/time.ts'
import type { Sql } from '../../sql/connect.ts'
import type { BrokerClient } from '../intake/broker-client.ts'
import { countDeadLetters } from '../dead-letters/queries.ts'
import { countVehicles, findNewestReceiptUs } from './queries.ts'
import { countPresence } from '../presence/queries.ts'
import { isLimitedToGroups } from '../access/visible.ts'
import { refuse } from '../http/refusal.ts'
import { arrayOf, replyObject, timeReply } from '../schema/reply-schemas.ts'
import { route, type Route } from '../http/route.ts'
import { deadLetterCount } from '../dead-letters/routes.ts'

const DAY_US = 86_400_000_000

const count = { type: 'integer', minimum: 0 } as const
const seconds = { type: 'number', minimum: 0 } as const
const port = { type: 'integer', minimum: 1, maximum: 65_535 } as const

const sampleReply = replyObject('BrokerSample', {
  at: timeReply,
  messages_settled: count,
  readings_stored: count,
  readings_duplicate: count,
  readings_rejected: count,
  messages_spooled: count,
  messages_drained: count,
  ack_counts: {
    ...arrayOf(count),
    description:
      'acknowledgements that took no longer than each of `ack_bounds_s`; the last element counts all',
  },
})

/** Same shape as `BrokerStatus` in contract/broker-status.ts. */
const brokerReply = {
  ...replyObject('BrokerStatus', {
    version: { type: 'string' },
    started_at: { ...timeReply, description: 'start of the broker, when its counters were 0' },
    ready: { type: 'boolean' },
    detail: { type: 'string', description: 'why the broker is not ready, or a warning; may be empty' },
    mqtt_port: port,
    mqtts_port: { type: ['integer', 'null'], description: 'null: without TLS' },
    connections: count,
    connections_held_back: {
      ...count,
      description: 'connections whose socket is not read, counted once for each reason',
    },
    messages_pending: count,
    waiting_bytes: { ...count, description: 'payload bytes that wait for room in a batch' },
    waiting_bytes_max: count,
    database_slow: {
      type: 'boolean',
      description: 'the database answers, but writes take longer than COMMIT_TIMEOUT_MS',
    },
    database_away: {
      type: 'boolean',
      description: 'the database accepts no writes; messages go to the spool',
    },
    spool: replyObject('SpoolStatus', {
      messages: count,
      bytes: count,
      bytes_max: count,
      oldest_s: { ...seconds, description: 'age of the oldest message in the spool; 0 if it is empty' },
    }),
    ack_bounds_s: arrayOf(seconds),
    now: sampleReply,
    recent: { ...arrayOf(sampleReply), description: 'one sample a minute for up to an hour, oldest first' },
  }),
  type: ['object', 'null'],
} as const

const fleetCount = { total: count, online: count, offline: count, never: count }
const overviewReply = replyObject('Overview', {
  at: timeReply,
  vehicles: replyObject('VehicleCounts', fleetCount),
  devices: replyObject('DeviceCounts', fleetCount),
  newest_received_at: {
    type: ['string', 'null'],
    description: 'when the newest reading with a position was received, by any broker',
  },
  rejected: replyObject('RejectedCounts', { from: timeReply, items: arrayOf(deadLetterCount) }),
  broker: brokerReply,
  broker_unknown: { type: ['string', 'null'], description: 'why `broker` is null' },
})

/**
 * GET /api/overview: the state of the fleet for operators. `broker` is the one at BROKER_URL, even if there are
 * several. It has counters; two replies at different times give rates and quantiles.
 */
export function overviewRoutes(options: {
  sql: Sql
  broker: BrokerClient
  staleAfterS: number
  now: () => number
}): Route[] {
  const { sql, broker, staleAfterS, now } = options
  // One query serves all requests that arrive meanwhile: open pages request it every few seconds, and all may see the
  // same.
  let asked: ReturnType<typeof read> | undefined

  async function read(caller: Claims) {
    const nowUs = now() * 1000
    const from = nowUs - DAY_US
    const day = { vehicleId: undefined, code: undefined, fromUs: from, toUs: undefined }
    const [vehicles, devices, newestUs, rejected, asked] = await Promise.all([
      countVehicles(sql, staleAfterS),
      countPresence(sql, caller, { group: undefined, staleAfterS }),
      findNewestReceiptUs(sql),
      countDeadLetters(sql, caller, day),
      broker.status(),
    ])
    const { online, offline, never } = devices
    return {
      at: formatTime(nowUs),
      vehicles,
      devices: { total: online + offline + never, online, offline, never },
      newest_received_at: newestUs === undefined ? null : formatTime(newestUs),
      rejected: {
        from: formatTime(from),
        items: rejected.map(({ code, count, newestUs }) => ({ code, count, newest: formatTime(newestUs) })),
      },
      broker: 'status' in asked ? asked.status : null,
      broker_unknown: 'status' in asked ? null : asked.unknown,
    }
  }

  return [
    route({
      isLong: true,
      method: 'get',
      path: '/api/overview',
      summary: 'Get the state of the fleet and the broker, for operators',
      tag: 'operation',
      access: ['admin', 'service'],
      scope: 'overview:read',
      replies: { 200: { description: 'The overview', schema: overviewReply } },
      async handle({ caller }) {
        // One reply for all callers that may see the whole fleet.
        if (isLimitedToGroups(caller))
          return refuse('forbidden', 'the overview covers all groups, but this token is limited to some')
        asked ??= read(caller).finally(() => (asked = undefined))
        return { status: 200, body: await asked }
      },
    }),
  ]
}
