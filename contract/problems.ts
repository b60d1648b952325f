/**
 * All problems of messages, readings and requests: one table for `fleet/{v}/rejected`, for dead letters and for HTTP.
 * `status` is the HTTP status. `title` is the same for every occurrence, as RFC 9457 requires.
 */
export const PROBLEMS = {
  // of a message
  empty_payload: { status: 422, title: 'The payload is empty' },
  not_utf8: { status: 422, title: 'The payload is not UTF-8' },
  not_json: { status: 422, title: 'The payload is not JSON' },
  too_deep: { status: 422, title: 'The payload is nested too deeply' },
  no_readings: { status: 422, title: 'The array holds no reading' },
  too_many_readings: { status: 422, title: 'The array holds too many readings' },
  wrong_topic: { status: 422, title: 'The device may not publish telemetry to this topic' },
  message_too_large: { status: 422, title: 'The message is too large' },
  // of a reading
  not_an_object: { status: 422, title: 'The reading is not a JSON object' },
  empty_reading: { status: 422, title: 'The reading has no value besides time and seq' },
  unknown_field: { status: 422, title: 'The field is unknown' },
  missing_field: { status: 422, title: 'A field is missing' },
  wrong_type: { status: 422, title: 'The value has the wrong type' },
  out_of_range: { status: 422, title: 'The value is out of range' },
  bad_text: {
    status: 422,
    title: 'The text is too short or too long, or contains characters that cannot be stored',
  },
  bad_name: { status: 422, title: 'The name cannot be used' },
  too_many_values: { status: 422, title: 'There are too many values' },
  bad_time: { status: 422, title: 'The time is not RFC 3339 with a zone, nor epoch milliseconds' },
  time_without_zone: { status: 422, title: 'The time has no zone' },
  time_too_old: { status: 422, title: 'The time is too far in the past' },
  time_in_future: { status: 422, title: 'The time is too far in the future' },
  not_in_vehicle: { status: 422, title: 'The device was in no vehicle at the time of the reading' },
  storage_refused: { status: 422, title: 'The database refused the reading' },
  not_kept: { status: 422, title: 'Further rejections of this device are not kept at present' },
  // of a request
  invalid_request: { status: 400, title: 'The request is not valid' },
  unauthorized: { status: 401, title: 'Not logged in' },
  forbidden: { status: 403, title: 'Not allowed' },
  not_found: { status: 404, title: 'Not found' },
  method_not_allowed: { status: 405, title: 'The method is not allowed here' },
  conflict: { status: 409, title: 'The request conflicts with the current state' },
  precondition_failed: { status: 412, title: 'The resource has changed' },
  payload_too_large: { status: 413, title: 'The request is too large' },
  unsupported_media_type: { status: 415, title: 'The media type is not supported' },
  too_many_requests: { status: 429, title: 'Too many requests' },
  internal: { status: 500, title: 'Internal error' },
  unavailable: { status: 503, title: 'Not available right now' },
} as const satisfies Record<string, { status: number; title: string }>

export type ProblemCode = keyof typeof PROBLEMS

/** Faults of a message or a reading: the reasons of dead letters. */
export type ReadingProblemCode = {
  [Code in ProblemCode]: (typeof PROBLEMS)[Code]['status'] extends 422 ? Code : never
}[ProblemCode]
export const READING_PROBLEMS = (Object.keys(PROBLEMS) as ProblemCode[]).filter(
  (code): code is ReadingProblemCode => PROBLEMS[code].status === 422,
)

/** One problem. `pointer` is a JSON pointer (RFC 6901) into the reading or request; '' is the whole of it. */
export interface Problem {
  code: ProblemCode
  pointer: string
  detail: string
}

/**
 * A refused reading, or a whole message. `index` is the place in its array, `null` if the message as a whole was
 * refused. `time` is the reading's time as the device sent it, cut to `NOTICE_TIME_LENGTH_MAX` characters. It is `null`
 * if the reading has none, or if the message was not read.
 */
export interface Rejection {
  index: number | null
  time: string | number | null
  problems: Problem[]
}

/**
 * The payload of `fleet/{v}/rejected`. `rejected` lists at most `NOTICE_REJECTIONS_MAX` of `count` rejections.
 * `received_at` is RFC 3339 and equals the dead letter's. `device` is the key of the device that sent the message.
 * `packet_id` is the packet identifier of its PUBLISH; it is null with QoS 0, over HTTP, and if the message was
 * acknowledged before.
 */
export interface RejectedNotice {
  received_at: string
  device: string
  packet_id: number | null
  count: number
  rejected: Rejection[]
}

/**
 * 100 rejections of up to 8 problems keep a notice well under the size of its message.
 * @limit refused readings that a notice lists | further ones are only in its `count`
 */
export const NOTICE_REJECTIONS_MAX = 100
/**
 * A valid time has about 40 characters at most, unless its fraction is longer than needed.
 * @limit characters of a reading's time in a notice | the rest is cut off
 */
export const NOTICE_TIME_LENGTH_MAX = 64
