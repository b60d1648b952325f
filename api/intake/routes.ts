import type { IntakeRefusal, IntakeReply } from '../../contract/intake.ts'
import { isDeeperThan } from '../../contract/depth.ts'
import { READING_PROBLEMS } from '../../contract/problems.ts'
import { PAYLOAD_BYTES_MAX, READING_SCHEMA, READINGS_MAX } from '../../contract/telemetry.ts'
import { challenge, readBearer } from '../access/authenticate.ts'
import type { BrokerClient } from './broker-client.ts'
import { readLegacy } from './legacy-reading.ts'
import { ERRORS_MAX, refuse, refuseFaults, type Refusal } from '../http/refusal.ts'
import { toProblems } from './rejections.ts'
import { arrayOf, faultReply, replyObject } from '../schema/reply-schemas.ts'
import { route, type Reply, type Route } from '../http/route.ts'

const text = { type: ['string', 'number', 'null'] } as const
const legacySchema = {
  title: 'LegacyReading',
  description: 'The flat shape of some trackers. Numbers may be text; null and empty text count as absent.',
  type: 'object',
  properties: {
    iot_id: { type: ['string', 'number'], description: "the device's key" },
    token: { type: 'string', description: "the device's token, if there is no Authorization header" },
    rpm: text,
    speed: text,
    fuel: { ...text, description: 'fuel_level' },
    engine_load: text,
    coolant_temp: text,
    lat: text,
    long: { ...text, description: 'lon' },
    ip: { ...text, description: 'stored as `extra.ip`; likewise sw_version and hw_version' },
    sw_version: text,
    hw_version: text,
    status: text,
  },
  required: ['iot_id'],
} as const

const outcomeReply = replyObject('Outcome', {
  stored: { type: 'integer', minimum: 0 },
  duplicates: {
    type: 'integer',
    minimum: 0,
    description: 'readings that had been stored before: the same vehicle, time and values',
  },
  rejected: { type: 'integer', minimum: 0, description: 'kept as dead letters' },
  errors: { ...arrayOf(faultReply), description: 'problems of the rejected readings, at most 100' },
})

/** The broker refuses far less depth, and keeps the message; a deeper value could not be written as JSON again. */
const LEGACY_DEPTH_MAX = 1000

/**
 * POST /api/telemetry: the payload that a device would publish on `fleet/{vehicle}/telemetry`, through the same
 * pipeline. The reply waits for the broker: 201 means committed, 202 spooled, 422 that no reading was accepted.
 */
export function telemetryInRoutes({ broker }: { broker: BrokerClient }): Route[] {
  return [
    route({
      method: 'post',
      path: '/api/telemetry',
      summary: `Store readings of a device: one, or an array of 1 to ${READINGS_MAX}`,
      access: 'device',
      tag: 'telemetry',
      replies: {
        201: { description: 'Committed, at least one reading of an array', schema: outcomeReply },
        202: {
          description: 'The database is unreachable; the readings are fsynced on the disk of the broker',
          schema: outcomeReply,
        },
      },
      problems: ['unauthorized', 'forbidden', ...READING_PROBLEMS, 'too_many_requests'],
      body: {},
      documentedBody: {
        oneOf: [
          READING_SCHEMA,
          { ...arrayOf(READING_SCHEMA), minItems: 1, maxItems: READINGS_MAX },
          legacySchema,
        ],
      },
      bodyBytesMax: PAYLOAD_BYTES_MAX,
      async onTooLarge(headers, beginning, bytes) {
        const token = readBearer(headers.authorization)
        if (token !== undefined) await broker.noteTooLarge(token, beginning, bytes)
      },
      async handle({ headers, body, bodyText }) {
        const legacy = readLegacy(body, bodyText)
        const token = readBearer(headers.authorization) ?? legacy?.token ?? ''
        if (token === '') return challenge('send "Authorization: Bearer <token of the device>"')
        if (legacy && isDeeperThan(body, LEGACY_DEPTH_MAX)) {
          const fault = { pointer: '', detail: `is nested more than ${LEGACY_DEPTH_MAX} deep` }
          return refuseFaults('too_deep', [fault])
        }
        const payload = Buffer.from(legacy?.payload() ?? bodyText)
        const result = await broker.publish(token, payload, legacy?.device)
        return 'code' in result ? toRefusal(result) : toReply(result, legacy?.pointerOf ?? ((it) => it))
      },
    }),
  ]
}

function toRefusal({ code, detail, retryAfterS }: IntakeRefusal): Refusal {
  if (code === 'unauthorized') return challenge(detail, 'invalid_token')
  return refuse(
    code,
    detail,
    retryAfterS === undefined ? {} : { headers: { 'retry-after': String(retryAfterS) } },
  )
}

function toReply(result: IntakeReply, pointerOf: (pointer: string) => string): Reply | Refusal {
  const { stored, duplicates, spooled, refused } = result
  const errors = toProblems(result.rejected).map((it) => ({ ...it, pointer: pointerOf(it.pointer) }))
  const [first] = errors
  if (stored + duplicates === 0 && first !== undefined) return refuseFaults(first.code, errors)
  const body = { stored, duplicates, rejected: refused, errors: errors.slice(0, ERRORS_MAX) }
  return { status: spooled ? 202 : 201, body }
}
