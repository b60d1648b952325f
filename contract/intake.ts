import type { Rejection } from './problems.ts'

/**
 * The API's requests to a broker: over HTTP, at the address of the broker's /healthz.
 *
 * `POST INTAKE_PATHS.telemetry` sends what a device would publish: the body is the payload, `Authorization: Bearer` the
 * device's token. `POST INTAKE_PATHS.replay` sends a dead letter again. Its query has `vehicle_id`, `device_id` and
 * `received_us`, and its token has the audience `intake`, which only the API signs.
 */
export const INTAKE_PATHS = { telemetry: '/telemetry', replay: '/replay' } as const

/** Names the device if the sender also knows it from a source other than its token; the two must agree. */
export const INTAKE_DEVICE_HEADER = 'x-device'

/**
 * Milliseconds after which the API ends an idle connection to a broker. This is less than the 5 s of many servers and
 * load balancers, and much less than `INTAKE_KEEP_ALIVE_MS`: a request that is sent into a closing connection is lost.
 * @limit an idle connection from the API to a broker | the API closes it
 */
export const INTAKE_IDLE_MS = 3000
/**
 * Milliseconds for which a broker keeps an idle HTTP connection, longer than the 60 s of most load balancers before it.
 * @limit an idle connection to a broker's status port | the broker closes it
 */
export const INTAKE_KEEP_ALIVE_MS = 65_000

/**
 * The length of a message that is too large. The body is its beginning, which becomes a dead letter; the reply is
 * `payload_too_large`.
 */
export const INTAKE_BYTES_HEADER = 'x-message-bytes'
/**
 * Bytes of such a beginning.
 * @limit the part of a message over the limit that its dead letter has | the rest is dropped
 */
export const BEGINNING_BYTES_MAX = 1024

/** 200: every reading of the message is settled. See `Outcome` in the broker. */
export interface IntakeReply {
  stored: number
  duplicates: number
  spooled: boolean
  /** number of rejections, of which `rejected` has the first `NOTICE_REJECTIONS_MAX` */
  refused: number
  rejected: readonly Rejection[]
}

/** Any other status: no reading of the message was acknowledged, though it may still be stored. */
export interface IntakeRefusal {
  code:
    | 'invalid_request'
    | 'unauthorized'
    | 'forbidden'
    | 'payload_too_large'
    | 'too_many_requests'
    | 'unavailable'
  detail: string
  /** seconds */
  retryAfterS?: number
}
