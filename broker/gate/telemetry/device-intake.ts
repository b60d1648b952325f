import type { IncomingMessage } from 'node:http'
import {
  BEGINNING_BYTES_MAX,
  INTAKE_DEVICE_HEADER,
  type IntakeRefusal,
  type IntakeReply,
} from '../../../contract/intake.ts'
import { PAYLOAD_BYTES_MAX } from '../../../contract/telemetry.ts'
import type { Message } from '../../accept.ts'
import type { LiveFeedInput } from '../../live-link.ts'
import type { ReportRecorder } from '../../presence-link.ts'
import type { Device } from '../../registry/device.ts'
import type { Registry } from '../../registry/registry.ts'
import type { Authenticate } from '../login/authenticate.ts'
import type { LoginRefusal } from '../login/login-refusal.ts'
import { RETURN_CODES } from '../login/refusal-reasons.ts'
import type { GateMetrics } from '../metrics.ts'
import type { VehiclePresence } from '../presence/presence.ts'
import type { DeviceRates } from './device-rates.ts'
import { refuse, settle, TOO_LARGE } from './intake-reply.ts'
import { readPayload, sizeOf, subjectOf, tokenOf } from './intake-request.ts'
import { messageOf, readingsOf, tooLarge, type Telemetry } from './telemetry.ts'
import { guessReadings } from './throttle.ts'

export interface DeviceIntakeOptions {
  authenticate: Authenticate
  registry: Pick<Registry, 'moves'>
  telemetry: Telemetry
  rates: DeviceRates
  reports: ReportRecorder
  live: Pick<LiveFeedInput, 'reported'>
  presence: Pick<VehiclePresence, 'reported'>
  metrics: GateMetrics
}

const CODES: Partial<Record<number, IntakeRefusal['code']>> = {
  [RETURN_CODES.unavailable]: 'unavailable',
  [RETURN_CODES.notAuthorized]: 'forbidden',
}

/** Takes messages that devices send over HTTP, with the same tokens and limits as over MQTT. */
export function createDeviceIntake(options: DeviceIntakeOptions) {
  const { authenticate, registry, telemetry, rates, reports, live, presence, metrics } = options

  return async (request: IncomingMessage): Promise<IntakeReply | IntakeRefusal> => {
    const token = tokenOf(request)
    const header = request.headers[INTAKE_DEVICE_HEADER]
    const named = typeof header === 'string' ? header : undefined
    const { moves } = registry
    const result = await authenticate(named ?? subjectOf(token), Buffer.from(token))
    if ('reason' in result) {
      metrics.loginsRefused.inc({ reason: result.reason })
      return refusalOf(result, named)
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

  /** Leaves a dead letter, as for MQTT. A sender that repeats it is held back by the limits for dead letters. */
  async function noteTooLarge(message: Message, device: Device, bytes: number): Promise<IntakeRefusal> {
    const payload = Buffer.from(message.payload.subarray(0, BEGINNING_BYTES_MAX))
    const noted = { ...message, payload, refused: tooLarge(bytes) }
    const settled = await settle(telemetry.deliver(noted, device))
    return 'code' in settled ? settled : refuse('payload_too_large', TOO_LARGE)
  }
}

function refusalOf({ reason, detail, returnCode }: LoginRefusal, named: string | undefined): IntakeRefusal {
  // Over HTTP there is no client id, but the device that the request names.
  const isOfAnother = reason === 'client_id' && named !== undefined
  const shown = isOfAnother ? `the token does not belong to the device "${named}"` : detail
  return refuse(CODES[returnCode] ?? 'unauthorized', shown)
}
