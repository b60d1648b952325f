import type { IncomingMessage, ServerResponse } from 'node:http'
import { setTimeout as delay } from 'node:timers/promises'
import { readClaims } from '../../../contract/claims.ts'
import {
  BEGINNING_BYTES_MAX,
  INTAKE_BYTES_HEADER,
  INTAKE_DEVICE_HEADER,
  INTAKE_PATHS,
  type IntakeRefusal,
  type IntakeReply,
} from '../../../contract/intake.ts'
import { NOTICE_REJECTIONS_MAX, PROBLEMS } from '../../../contract/problems.ts'
import { PAYLOAD_BYTES_MAX } from '../../../contract/telemetry.ts'
import { messageOf as errorMessageOf } from '../../../kit/errors.ts'
import type { Jwt } from '../../../kit/jwt.ts'
import type { Message, Outcome, Pressure } from '../../accept.ts'
import type { LiveFeedInput } from '../../live-link.ts'
import type { ReportRecorder } from '../../presence-link.ts'
import type { Device } from '../../registry/device.ts'
import type { Registry } from '../../registry/registry.ts'
import type { VehiclePresence } from '../presence/presence.ts'
import type { Authenticate } from '../login/authenticate.ts'
import { RETURN_CODES } from '../login/refusal-reasons.ts'
import type { DeviceRates } from './device-rates.ts'
import type { GateMetrics } from '../metrics.ts'
import { messageOf, readingsOf, tooLarge, type Telemetry } from './telemetry.ts'
import { guessReadings } from './throttle.ts'

/** Messages that come over HTTP, see contract/intake.ts. */
export interface Intake {
  /** Answers a request of the intake; false for any other request. Never rejects. */
  handle(request: IncomingMessage, response: ServerResponse): Promise<boolean>
}

interface IntakeOptions {
  authenticate: Authenticate
  registry: Pick<Registry, 'stays' | 'moves'>
  jwt: Jwt
  telemetry: Telemetry
  pressure: Pressure
  rates: DeviceRates
  reports: ReportRecorder
  live: Pick<LiveFeedInput, 'reported'>
  presence: Pick<VehiclePresence, 'reported'>
  metrics: GateMetrics
}

/**
 * A message that is not settled in this time is not acknowledged, as when neither the database nor the spool takes it.
 * @limit a message over HTTP until it is settled | 503 with `Retry-After`
 */
const SETTLE_MS_MAX = 10_000
const TOO_LARGE = `a message has at most ${PAYLOAD_BYTES_MAX} bytes`
/** Wait before a request is sent again, without a better estimate. */
const RETRY_AFTER_S = 2

/** The gate for HTTP: the same tokens, limits and acknowledgements as for MQTT. */
export function createIntake(options: IntakeOptions): Intake {
  const { authenticate, registry, jwt, telemetry, pressure, rates, reports, live, presence, metrics } =
    options

  async function takeTelemetry(request: IncomingMessage): Promise<IntakeReply | IntakeRefusal> {
    const token = tokenOf(request)
    const header = request.headers[INTAKE_DEVICE_HEADER]
    const named = typeof header === 'string' ? header : undefined
    const { moves } = registry
    const result = await authenticate(named ?? subjectOf(token), Buffer.from(token))
    if ('reason' in result) {
      metrics.loginsRefused.inc({ reason: result.reason })
      // Over HTTP there is no client id, but the device that the request names.
      const isOfAnother = result.reason === 'client_id' && named !== undefined
      const detail = isOfAnother ? `the token does not belong to the device "${named}"` : result.detail
      return refuse(CODES[result.returnCode] ?? 'unauthorized', detail)
    }
    const { device } = result
    if (device === undefined) return refuse('forbidden', 'only devices publish telemetry')
    const rate = rates.of(device.deviceId, performance.now())
    const waitMs = rate?.waitMs(performance.now()) ?? 0
    if (waitMs > 0) {
      metrics.devicesThrottled.inc()
      const detail = 'the device has exceeded its rate'
      return { ...refuse('too_many_requests', detail), retryAfterS: Math.ceil(waitMs / 1000) }
    }

    const payload = await readPayload(request)
    rate?.chargeBytes(payload.length, performance.now())
    const bytes = sizeOf(request, payload)
    if (bytes > PAYLOAD_BYTES_MAX) return noteTooLarge(messageOf(device, payload, moves), device, bytes)
    const reserved = guessReadings(payload)
    rate?.chargeReadings(reserved, performance.now())
    const delivery = telemetry.deliver(messageOf(device, payload, moves), device).then((outcome) => {
      rate?.chargeReadings((outcome ? readingsOf(outcome) : 0) - reserved, performance.now())
      if (outcome) noteReport(device)
      return outcome
    })
    return settle(delivery)
  }

  /** Over HTTP no connection shows whether the device is online. */
  function noteReport(device: Device): void {
    const nowMs = Date.now()
    reports.reported(device.deviceId, nowMs)
    live.reported(device.vehicleId, nowMs)
    presence.reported(device, nowMs)
  }

  /** Leaves a dead letter, as for MQTT. A sender that repeats it is held by the bounds for dead letters. */
  async function noteTooLarge(message: Message, device: Device, bytes: number): Promise<IntakeRefusal> {
    const payload = Buffer.from(message.payload.subarray(0, BEGINNING_BYTES_MAX))
    const noted = { ...message, payload, refused: tooLarge(bytes) }
    const settled = await settle(telemetry.deliver(noted, device))
    return 'code' in settled ? settled : refuse('payload_too_large', TOO_LARGE)
  }

  async function takeReplay(
    request: IncomingMessage,
    query: URLSearchParams,
  ): Promise<IntakeReply | IntakeRefusal> {
    const claims = readIntakeClaims(tokenOf(request))
    if (typeof claims === 'string') return refuse('unauthorized', claims)
    const ids = ['vehicle_id', 'device_id', 'received_us'].map((name) => Number(query.get(name) ?? NaN))
    const [vehicleId = 0, deviceId = 0, receivedUs = 0] = ids
    if (!ids.every((it) => Number.isSafeInteger(it) && it > 0))
      return refuse('invalid_request', 'vehicle_id, device_id and received_us must be positive integers')
    const payload = await readPayload(request)
    if (payload.length > PAYLOAD_BYTES_MAX) return refuse('payload_too_large', TOO_LARGE)
    const receivedAtMs = Math.floor(receivedUs / 1000)
    const message: Message = { vehicleId, deviceId, payload, receivedAtMs, replay: { receivedUs } }
    // The letter has only the vehicle that the device was in at the receipt.
    const stays = await registry.stays(deviceId)
    if (stays !== undefined) message.stays = stays
    return settle(telemetry.deliver(message, undefined))
  }

  function readIntakeClaims(token: string) {
    try {
      return readClaims(jwt.verify(token), 'intake')
    } catch (error) {
      return errorMessageOf(error)
    }
  }

  /** The reply for a delivery, unless it takes too long. */
  async function settle(delivery: Promise<Outcome | undefined>): Promise<IntakeReply | IntakeRefusal> {
    const ended = new AbortController()
    const late = delay(SETTLE_MS_MAX, undefined, { ref: false, signal: ended.signal }).catch(() => undefined)
    const outcome = await Promise.race([delivery, late])
    ended.abort()
    if (outcome === undefined)
      return refuse('unavailable', 'the message could be neither stored nor spooled in time')
    const { stored, duplicates, spooled, rejected } = outcome
    const shown = rejected.slice(0, NOTICE_REJECTIONS_MAX)
    return { stored, duplicates, spooled, refused: rejected.length, rejected: shown }
  }

  async function answer(request: IncomingMessage, path: string, query: string) {
    if (request.method !== 'POST') return refuse('invalid_request', 'messages must be sent with POST')
    if (pressure.isFull)
      return refuse('unavailable', 'neither the database nor the spool accepts messages at the moment')
    return path === INTAKE_PATHS.telemetry
      ? takeTelemetry(request)
      : takeReplay(request, new URLSearchParams(query))
  }

  return {
    async handle(request, response) {
      const [path = '', query = ''] = (request.url ?? '').split('?')
      if (path !== INTAKE_PATHS.telemetry && path !== INTAKE_PATHS.replay) return false
      const result = await answer(request, path, query).catch((error: unknown) =>
        refuse('unavailable', errorMessageOf(error)),
      )
      const status = 'code' in result ? PROBLEMS[result.code].status : 200
      // The unread rest of the body must not be parsed as the next request.
      const headers = {
        'content-type': 'application/json',
        ...(!request.complete && { connection: 'close' }),
      }
      response.writeHead(status, headers).end(JSON.stringify(result))
      return true
    },
  }
}

const CODES: Partial<Record<number, IntakeRefusal['code']>> = {
  [RETURN_CODES.unavailable]: 'unavailable',
  [RETURN_CODES.notAuthorized]: 'forbidden',
}

function refuse(code: IntakeRefusal['code'], detail: string): IntakeRefusal {
  return { code, detail, ...(code === 'unavailable' && { retryAfterS: RETRY_AFTER_S }) }
}

function tokenOf({ headers }: IncomingMessage): string {
  return /^Bearer +(\S+) *$/i.exec(headers.authorization ?? '')?.[1] ?? ''
}

/** The device that a token names. It is not verified yet. */
function subjectOf(token: string): string {
  try {
    const claims: unknown = JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString('utf8'))
    const { sub } = claims as { sub?: unknown }
    return typeof sub === 'string' ? sub : ''
  } catch {
    return ''
  }
}

/** The size of a message, of which the payload may be the beginning. */
function sizeOf({ headers }: IncomingMessage, payload: Buffer): number {
  const [declared, length] = [headers[INTAKE_BYTES_HEADER], headers['content-length']].map(Number)
  return Math.max(payload.length, ...[declared, length].filter(Number.isSafeInteger).map(Number))
}

/** Bytes beyond the limit are not read. */
async function readPayload(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = []
  let bytes = 0
  // Kept open when the loop ends early: the refusal goes out over the same socket.
  for await (const chunk of request.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
    chunks.push(chunk)
    bytes += chunk.length
    if (bytes > PAYLOAD_BYTES_MAX) break
  }
  return Buffer.concat(chunks, bytes)
}
