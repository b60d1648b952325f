import type { ProblemCode } from '../../contract/problems.ts'
import type { Element } from './element.ts'
import type { FaultKind } from './faults.ts'

/** The expected rejection of a part of a message; `index` is `null` for the message as a whole. */
export interface ExpectedRejection {
  index: number | null
  code: ProblemCode
  payload: string | Buffer
}

/** A message before it is sent: its bytes, and the expected result once it is acknowledged. */
export interface Draft {
  payload: string | Buffer
  /** the texts of the readings that will be stored */
  stored: string[]
  rejected: ExpectedRejection[]
  /** the readings it carries, refused ones included */
  readings: number
  fault?: FaultKind
  /** the connection is lost right after the message was sent */
  drop?: true
  /** its device's place among those of the vehicle; 0 if absent */
  device?: number
}

/** A message with these readings: a single reading as an object, unless `array` is set. */
export function draftOf(elements: readonly Element[], array: boolean, fault?: FaultKind): Draft {
  const texts = elements.map((it) => it.text)
  const draft: Draft = {
    payload: array ? `[${texts.join(',')}]` : texts.join(''),
    stored: elements.filter((it) => it.code === undefined).map((it) => it.text),
    rejected: elements.flatMap(({ code, text }, index) =>
      code === undefined ? [] : [{ index: array ? index : null, code, payload: text }],
    ),
    readings: elements.length,
  }
  if (fault !== undefined) draft.fault = fault
  return draft
}

/** A message that will be refused as a whole. */
export function brokenDraft(
  payload: string | Buffer,
  code: ProblemCode,
  readings: number,
  fault: FaultKind,
): Draft {
  return { payload, stored: [], rejected: [{ index: null, code, payload }], readings, fault }
}
