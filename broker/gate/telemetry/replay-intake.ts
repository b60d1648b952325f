import type { IncomingMessage } from 'node:http'
import { readClaims } from '../../../contract/claims.ts'
import type { IntakeRefusal, IntakeReply } from '../../../contract/intake.ts'
import { PAYLOAD_BYTES_MAX } from '../../../contract/telemetry.ts'
import { messageOf } from '../../../kit/errors.ts'
import type { Jwt } from '../../../kit/jwt.ts'
import type { Message } from '../../accept.ts'
import type { Registry } from '../../registry/registry.ts'
import { refuse, settle, TOO_LARGE } from './intake-reply.ts'
import { readPayload, tokenOf } from './intake-request.ts'
import type { Telemetry } from './telemetry.ts'

export interface ReplayIntakeOptions {
  registry: Pick<Registry, 'stays'>
  jwt: Jwt
  telemetry: Telemetry
}

/** Takes dead letters that the API sends again. */
export function createReplayIntake({ registry, jwt, telemetry }: ReplayIntakeOptions) {
  return async (request: IncomingMessage, query: URLSearchParams): Promise<IntakeReply | IntakeRefusal> => {
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
      return messageOf(error)
    }
  }
}
