import {
  NOTICE_REJECTIONS_MAX,
  type Problem,
  type Rejection,
  NOTICE_TIME_LENGTH_MAX,
} from '../../contract/problems.ts'
import { READINGS_MAX, type Reading, DEPTH_MAX } from '../../contract/telemetry.ts'
import type { Message, Outcome } from '../accept.ts'
import type { DeadLetter } from './dead-letter.ts'
import { decode, type Decoded } from './decode.ts'
import { exactReadings, withExactExtras } from './exact-extras.ts'
import { notInVehicle, stayAt, timeOf } from './placing.ts'
import { rawElements, depthOf } from '../../contract/raw-text.ts'
import { RECEIPT_STEP_US } from './receipt-clock.ts'
import { RowBuffer } from './row-buffer.ts'
import { bytesOf } from './spool/chunk.ts'
import type { Validate } from './validate.ts'

/** A message in a batch: its rows, and its rejections so far. */
export interface Entry {
  message: Message
  /** the time for its readings that have none, in microseconds since 1970 */
  receivedUs: number
  /** how many times from `receivedUs` on may be in use: up to the time of the last reading that has none, or is refused */
  timesUsed: number
  firstRow: number
  rowCount: number
  /** for each row the index of its reading in the message; `undefined` if row n is reading n */
  indexes: number[] | undefined
  /** `undefined` if nothing was rejected, the usual case */
  rejected: Rejection[] | undefined
  letters: DeadLetter[] | undefined
  /** see `Outcome`; `undefined` if all are of the message's vehicle */
  vehicleIds: (number | null)[] | undefined
  settle: (outcome: Outcome) => void
}

/** Dead letters in a batch; the message that reaches it is the batch's last. */
const LETTERS_MAX = 1000
/**
 * As many as a notice to the device has.
 * @limit dead letters of one message | the message is kept as one dead letter
 */
const REJECTIONS_KEPT_MAX = NOTICE_REJECTIONS_MAX
const PROBLEMS_OF_WHOLE_MAX = 8
const HOUR_US = 3_600_000_000

/** Readings that are written together, with their messages. */
export class Batch {
  readonly rows: RowBuffer
  entries: Entry[] = []
  /** the lowest epoch of moves with which its readings were placed; `undefined` if no message has an epoch */
  moves: number | undefined
  #letters = 0
  #spoolBytes = 0
  readonly #rowsMax: number
  readonly #bytesMax: number

  constructor(rowsMax: number, bytesMax: number) {
    this.#rowsMax = rowsMax
    this.#bytesMax = bytesMax
    this.rows = new RowBuffer(rowsMax)
  }

  /** Whether any message fits, however many readings it has, good or bad. */
  hasRoom(): boolean {
    const { count, bytes } = this.rows
    const hasRoomForRows = count + READINGS_MAX <= this.#rowsMax && bytes < this.#bytesMax
    const hasRoomForBytes = this.#spoolBytes < this.#bytesMax
    return (
      hasRoomForRows && hasRoomForBytes && this.entries.length < this.#rowsMax && this.#letters < LETTERS_MAX
    )
  }

  clear(): void {
    this.rows.clear()
    this.entries = []
    this.moves = undefined
    this.#letters = 0
    this.#spoolBytes = 0
  }

  /**
   * Decodes and validates a message, and adds its valid readings as rows. `receivedUs` is the time for readings that have none:
   * the first one gets it, each further reading `RECEIPT_STEP_US` more, so that they stay distinct.
   */
  add(message: Message, settle: Entry['settle'], validate: Validate, receivedUs: number): Entry {
    const entry: Entry = {
      message,
      receivedUs,
      timesUsed: 0,
      firstRow: this.rows.count,
      rowCount: 0,
      indexes: undefined,
      rejected: undefined,
      letters: undefined,
      vehicleIds: undefined,
      settle,
    }
    if (message.moves !== undefined && !(this.moves !== undefined && this.moves <= message.moves))
      this.moves = message.moves
    const decoded = message.refused ?? decode(message.payload)
    if ('code' in decoded) {
      reject(entry, null, undefined, [decoded], message.payload)
    } else {
      this.#addReadings(entry, decoded, validate, receivedUs)
    }
    this.#spoolBytes += bytesOf(message, this.entries.at(-1)?.message)
    this.entries.push(entry)
    this.#letters += entry.letters?.length ?? 0
    return entry
  }

  #addReadings(
    entry: Entry,
    { readings, isArray, text }: Decoded,
    validate: Validate,
    receivedUs: number,
  ): void {
    const { deviceId, payload, stays } = entry.message
    const exact = exactReadings(text, readings)
    const check = exact === undefined ? validate : withExactExtras(validate, exact)
    let { vehicleId } = entry.message
    if (stays !== undefined) entry.vehicleIds = []
    let raw: string[] | undefined
    let absentUs = receivedUs
    for (let place = 0; place < readings.length; place++, absentUs += RECEIPT_STEP_US) {
      const reading = readings[place]
      let time = check(reading, absentUs)
      if (stays !== undefined) {
        const timeUs = typeof time === 'number' ? time : timeOf(reading, absentUs)
        const stay = stayAt(stays, timeUs)
        entry.vehicleIds?.push(stay === undefined ? null : stay.vehicleId)
        if (stay !== undefined) vehicleId = stay.vehicleId
        if (typeof time === 'number' && (stay === undefined || stay.isGone))
          time = [notInVehicle(timeUs, stay)]
      }
      if (typeof time === 'number') {
        this.rows.write(vehicleId, deviceId, time, receivedUs, reading as Reading)
        entry.indexes?.push(place)
        entry.rowCount++
        if (time === absentUs) entry.timesUsed = place + 1
        continue
      }
      entry.timesUsed = place + 1
      entry.indexes ??= Array.from({ length: entry.rowCount }, (_, row) => row)
      if (isArray) raw ??= rawElements(text)
      const source = raw?.[place]
      const problems = depthProblem(source ?? text) ?? time
      const rejectedPayload = source === undefined ? payload : Buffer.from(source)
      reject(entry, isArray ? place : null, reading, problems, rejectedPayload)
    }
    // Readings after the last noted one may belong to another vehicle.
    const [letter] = entry.letters ?? []
    if (isArray && letter?.index === null) letter.vehicleId = vehicleIdOfWhole(entry)
  }
}

/**
 * Notes that a reading, or the whole message, is refused; `reading` is `undefined` if the message was not read. A message with
 * more than `REJECTIONS_KEPT_MAX` bad readings becomes one dead letter as a whole. A thousand letters from two kilobytes would
 * be an easy way to fill our memory.
 */
export function reject(
  entry: Entry,
  index: number | null,
  reading: unknown,
  problems: Problem[],
  payload: Buffer,
): void {
  const { deviceId, receivedAtMs, payload: whole } = entry.message
  const vehicleId = vehicleIdOf(entry, index)
  const letter = { receivedAtMs, receivedUs: letterUsOf(entry), vehicleId, deviceId }
  entry.rejected ??= []
  entry.rejected.push({ index, time: sentTimeOf(reading), problems })
  if (entry.message.replay !== undefined) return
  entry.letters ??= []
  if (entry.rejected.length <= REJECTIONS_KEPT_MAX) {
    entry.letters.push({ ...letter, problems, index, payload })
  } else if (entry.rejected.length === REJECTIONS_KEPT_MAX + 1) {
    const first = entry.rejected.slice(0, PROBLEMS_OF_WHOLE_MAX).flatMap(withIndex)
    entry.letters = [
      { ...letter, vehicleId: vehicleIdOfWhole(entry), problems: first, index: null, payload: whole },
    ]
  }
}

/**
 * The time that distinguishes a dead letter from others with the same payload. A message that is too large ends the connection,
 * so its device sends it again and again, which leaves one letter an hour.
 */
function letterUsOf({ message, receivedUs }: Entry): number {
  return message.refused?.code === 'message_too_large' ? receivedUs - (receivedUs % HOUR_US) : receivedUs
}

/** The vehicle of a dead letter: that of the reading's time or, if the device was in no vehicle then, that of the message. */
function vehicleIdOf({ message, vehicleIds }: Entry, index: number | null): number {
  return vehicleIds?.[index ?? 0] ?? message.vehicleId
}

/** The vehicle of all readings, `null` if there are several: users of one vehicle must not see readings of another. */
function vehicleIdOfWhole({ message, vehicleIds = [] }: Entry): number | null {
  const first = vehicleIds[0] ?? message.vehicleId
  return vehicleIds.every((it) => (it ?? message.vehicleId) === first) ? first : null
}

/** The first problem of a rejection, as seen from the message. */
function withIndex({ index, problems: [problem] }: Rejection): Problem[] {
  return problem ? [{ ...problem, pointer: `/${index}${problem.pointer}` }] : []
}

/** The problem of a text that is nested deeper than any valid reading, which is an object with an `extra` object. */
function depthProblem(text: string): Problem[] | undefined {
  const depth = depthOf(text)
  const depthMax = DEPTH_MAX - 1
  if (depth <= depthMax) return undefined
  return [
    { code: 'too_deep', pointer: '', detail: `nested ${depth} deep, a reading is at most ${depthMax} deep` },
  ]
}

/** The time of a reading as the device sent it; `null` if it is absent, or neither text nor a number. */
function sentTimeOf(reading: unknown): string | number | null {
  if (typeof reading !== 'object' || reading === null || !Object.hasOwn(reading, 'time')) return null
  const { time } = reading as { time?: unknown }
  if (typeof time === 'string') return time.slice(0, NOTICE_TIME_LENGTH_MAX)
  return typeof time === 'number' && Number.isFinite(time) ? time : null
}
