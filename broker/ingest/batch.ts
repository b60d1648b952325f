import type { Rejection } from '../../contract/problems.ts'
import { READINGS_MAX, type Reading } from '../../contract/telemetry.ts'
import type { Message, Outcome } from '../accept.ts'
import type { DeadLetter } from './dead-letters.ts'
import { decode, type Decoded } from './decode.ts'
import { depthProblem } from './depth.ts'
import { rawElements } from './raw-text.ts'
import { RowBuffer } from './row-buffer.ts'
import type { Validate } from './validate.ts'

/** A message in a batch: its rows, and what of it was rejected so far. */
export interface Entry {
  message: Message
  firstRow: number
  rowCount: number
  /** for each row the place of its reading in the message; undefined: row n is reading n */
  places: number[] | undefined
  /** undefined: nothing was rejected, nearly always */
  rejected: Rejection[] | undefined
  letters: DeadLetter[] | undefined
  settle: (outcome: Outcome) => void
}

/** Readings that are written together, with the messages they came in. */
export class Batch {
  readonly rows: RowBuffer
  entries: Entry[] = []
  readonly #rowsMax: number
  readonly #bytesMax: number

  constructor(rowsMax: number, bytesMax: number) {
    this.#rowsMax = rowsMax
    this.#bytesMax = bytesMax
    this.rows = new RowBuffer(rowsMax)
  }

  /** Whether any message fits, however many readings it has. */
  hasRoom(): boolean {
    return this.rows.count + READINGS_MAX <= this.#rowsMax && this.rows.bytes < this.#bytesMax
  }

  clear(): void {
    this.rows.clear()
    this.entries = []
  }

  /**
   * Decodes and validates a message and adds its good readings as rows. `receivedUs` is the time for a reading that
   * has none: the first gets it, each further one a microsecond more, so that they stay distinct.
   */
  add(message: Message, settle: Entry['settle'], validate: Validate, receivedUs: number): Entry {
    const entry: Entry = {
      message,
      firstRow: this.rows.count,
      rowCount: 0,
      places: undefined,
      rejected: undefined,
      letters: undefined,
      settle,
    }
    const decoded = decode(message.payload)
    if ('code' in decoded) {
      reject(entry, null, [decoded], message.payload)
    } else {
      this.#addReadings(entry, decoded, validate, receivedUs)
    }
    this.entries.push(entry)
    return entry
  }

  #addReadings(
    entry: Entry,
    { readings, isArray, text }: Decoded,
    validate: Validate,
    receivedUs: number,
  ): void {
    const { vehicleId, deviceId, payload } = entry.message
    let raw: string[] | undefined
    for (let place = 0; place < readings.length; place++) {
      const reading = readings[place]
      const time = validate(reading, receivedUs + place)
      if (typeof time === 'number') {
        this.rows.write(vehicleId, deviceId, time, receivedUs, reading as Reading)
        entry.places?.push(place)
        entry.rowCount++
        continue
      }
      entry.places ??= Array.from({ length: entry.rowCount }, (_, row) => row)
      if (isArray) raw ??= rawElements(text)
      const source = raw?.[place]
      const problems = depthProblem(source ?? text) ?? time
      reject(entry, isArray ? place : null, problems, source === undefined ? payload : Buffer.from(source))
    }
  }
}

/** Notes that a reading, or the whole message, is refused. */
export function reject(
  entry: Entry,
  index: number | null,
  problems: Rejection['problems'],
  payload: Buffer,
): void {
  const { vehicleId, deviceId, receivedAtMs } = entry.message
  entry.rejected ??= []
  entry.rejected.push({ index, problems })
  entry.letters ??= []
  entry.letters.push({ receivedAtMs, vehicleId, deviceId, problems, index, payload })
}
