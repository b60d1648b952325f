import type { VerifyReport } from './verify.ts'

/** The result of `verify` for a person. */
export function describeVerify(report: VerifyReport): string {
  const number = (value: number) => value.toLocaleString('en')
  const lines = [
    `vehicles       ${number(report.vehicles)}`,
    `messages       ${number(report.messages)}, ${number(report.acknowledged)} acknowledged`,
    `readings       ${number(report.readings_expected)} expected, ${number(report.readings_stored)} stored`,
    `dead letters   ${number(report.rejected_expected)} expected, ${number(report.dead_letters)} kept`,
  ]
  if (report.torn_lines > 0) lines.push(`torn lines     ${report.torn_lines} (of runs that were killed)`)
  const settled = Math.round(report.settled_ms / 100) / 10
  if (settled > 0) lines.push(`settled        after ${settled} s`)
  if (report.ok) return [...lines, 'Nothing missing, duplicated or different.'].join('\n')

  const kinds = Object.entries(report.found_by_kind).map(([kind, count]) => `${kind} ${number(count)}`)
  const shown = report.findings.map(({ kind, vehicle, detail }) => `  ${kind} ${vehicle} ${detail}`)
  const more = report.found - shown.length
  const rest = more > 0 ? [`  ... and ${number(more)} more`] : []
  return [...lines, `FOUND          ${kinds.join(', ')}`, ...shown, ...rest].join('\n')
}
