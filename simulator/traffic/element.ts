import type { ProblemCode } from '../../contract/problems.ts'

/** The text of one reading as it is in a payload; `code` is why it will be refused, `undefined` if it is valid. */
export interface Element {
  text: string
  code?: ProblemCode
}
