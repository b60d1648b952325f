import type { Problem, Rejection } from '../../contract/problems.ts'

/**
 * The rejections of a message, with pointers from the message's root: in an array they include the index of the
 * reading.
 */
export function toProblems(rejected: readonly Rejection[]): Problem[] {
  return rejected.flatMap(({ index, problems }) =>
    index === null ? problems : problems.map((it) => ({ ...it, pointer: `/${index}${it.pointer}` })),
  )
}
