import type { Problem, Rejection } from '../../contract/problems.ts'

/** What was refused of a message, as seen from the message: of an array with the place of the reading in the pointer. */
export function toProblems(rejected: readonly Rejection[]): Problem[] {
  return rejected.flatMap(({ index, problems }) =>
    index === null ? problems : problems.map((it) => ({ ...it, pointer: `/${index}${it.pointer}` })),
  )
}
