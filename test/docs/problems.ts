import { PROBLEMS, type ProblemCode } from '../../contract/problems.ts'
import { toTable } from './sections.ts'

/** Codes of refused messages and readings, which have the status 422. */
export function describeReadingProblems(): string {
  return toTable(
    ['code', 'meaning'],
    codes((status) => status === 422).map((code) => [`\`${code}\``, PROBLEMS[code].title]),
  )
}

/** Codes of refused requests. */
export function describeRequestProblems(): string {
  return toTable(
    ['status', 'code', 'meaning'],
    codes((status) => status !== 422).map((code) => [
      String(PROBLEMS[code].status),
      `\`${code}\``,
      PROBLEMS[code].title,
    ]),
  )
}

function codes(has: (status: number) => boolean): ProblemCode[] {
  return (Object.keys(PROBLEMS) as ProblemCode[]).filter((code) => has(PROBLEMS[code].status))
}
