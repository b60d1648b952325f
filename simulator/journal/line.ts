import type { ProblemCode } from '../../contract/problems.ts'
import type { Reading } from '../../contract/telemetry.ts'
import type { Draft } from '../traffic/draft.ts'

/**
 * The journal is a file of JSON lines, to which lines are only appended:
 *
 * - `{"run":1,"at":MS,...}` begins a run; a file may hold several, and message ids count per run.
 * - `{"sent":ID,...}` is written before the first byte of the message is sent, so that nothing can be stored that is not in the
 *   journal.
 * - `{"resent":[ID,...]}` is written before these messages are sent again.
 * - `{"acked":[ID,...],"at":MS}` follows the acknowledgements by a few milliseconds. If the line is lost with a
 *   killed process, its messages count as unacknowledged, of which nothing is required.
 * - `{"moved":DEVICE,"from":VEHICLE,"to":VEHICLE,"after":MS,"at":MS}` follows a move. The device measures nothing between
 *   the two times, so every earlier reading belongs to the one vehicle, and every later reading to the other.
 * - `{"end":true,"at":MS}` closes a run that was not killed.
 */
export type Line = RunLine | SentLine | ResentLine | AckedLine | MovedLine | EndLine

export interface RunLine {
  /** the format's version */
  run: 1
  at: number
  seed: number
  broker: string
}

export interface SentLine {
  sent: number
  at: number
  /** the vehicle of its topic. A reading from before a move belongs to the vehicle that the device was in then. */
  vehicle: string
  device: string
  qos: 0 | 1 | 2
  /** must be in the database once the message is acknowledged */
  stored: Reading[]
  /** must be dead letters once the message is acknowledged; `payload` is base64 */
  rejected: { index: number | null; code: ProblemCode; payload: string }[]
}

export interface ResentLine {
  resent: number[]
}

export interface AckedLine {
  acked: number[]
  at: number
}

export interface MovedLine {
  moved: string
  from: string
  to: string
  /** when the API was asked to move it */
  after: number
  /** when it had answered */
  at: number
}

export interface EndLine {
  end: true
  at: number
}

export const JOURNAL_VERSION = 1

/** The line of a message that is about to be sent; its readings are already texts, and are inserted as they are. */
export function sentLine(
  sent: number,
  at: number,
  from: { vehicle: string; device: string; qos: 0 | 1 | 2 },
  draft: Draft,
): string {
  const rejected = draft.rejected.map(({ index, code, payload }) => ({
    index,
    code,
    payload: Buffer.from(payload as string).toString('base64'),
  }))
  const head = `{"sent":${sent},"at":${at},"vehicle":"${from.vehicle}","device":"${from.device}","qos":${from.qos}`
  return `${head},"stored":[${draft.stored.join(',')}],"rejected":${JSON.stringify(rejected)}}\n`
}
