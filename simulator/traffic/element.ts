import type { ProblemCode } from '../../contract/problems.ts'

/** The text of one reading as it stands in a payload; `code` is why it will be refused, undefined when it is good. */
export interface Element {
  text: string
  code?: ProblemCode
}
