import type { FaultCounts } from '../traffic/faults.ts'
import type { Stats } from './stats.ts'

/** The result of a run, as `--json` prints it. Latencies are of QoS 1 and 2, from the first sending to the ack. */
export interface RunReport {
  /** nothing is left unacknowledged */
  ok: boolean
  vehicles: number
  seconds: number
  messages: number
  readings: number
  acknowledged: number
  acknowledged_readings: number
  unacknowledged: number
  messages_per_second: number
  readings_per_second: number
  ack_ms: { p50: number; p99: number; max: number } | null
  reconnects: number
  failed_connects: number
  resent: number
  /** turns that passed without a reading because the vehicle's window was full */
  held_back: number
  faults: FaultCounts
  journal: string
  interrupted: boolean
}

export function reportRun(run: {
  stats: Stats
  qos: 0 | 1 | 2
  seconds: number
  vehicles: number
  journal: string
  interrupted: boolean
}): RunReport {
  const { stats, seconds, vehicles, journal, interrupted } = run
  const { counts } = stats
  const unacknowledged = run.qos === 0 ? 0 : counts.messages - counts.acknowledged
  const perSecond = (count: number) => (seconds > 0 ? round(count / seconds) : 0)
  return {
    ok: unacknowledged === 0,
    vehicles,
    seconds: round(seconds),
    messages: counts.messages,
    readings: counts.readings,
    acknowledged: counts.acknowledged,
    acknowledged_readings: counts.acknowledgedReadings,
    unacknowledged,
    messages_per_second: perSecond(counts.messages),
    readings_per_second: perSecond(counts.readings),
    ack_ms: stats.latencyMs(),
    reconnects: counts.reconnects,
    failed_connects: counts.failedConnects,
    resent: counts.resent,
    held_back: counts.heldBack,
    faults: stats.faults(),
    journal,
    interrupted,
  }
}

/** The same for a person. */
export function describeRun(report: RunReport): string {
  const { ack_ms: ack, faults } = report
  const kinds = Object.entries(faults).map(([kind, count]) => `${kind} ${number(count)}`)
  const lines = [
    `messages       ${number(report.messages)} (${number(report.messages_per_second)}/s)`,
    `readings       ${number(report.readings)} (${number(report.readings_per_second)}/s)`,
    `acknowledged   ${number(report.acknowledged)}, ${number(report.unacknowledged)} outstanding`,
    `ack            ${ack ? `p50 ${ack.p50} ms, p99 ${ack.p99} ms, max ${ack.max} ms` : 'none'}`,
    `connections    ${number(report.vehicles)}, ${number(report.reconnects)} reconnects, ${number(report.failed_connects)} failed attempts`,
    `resent         ${number(report.resent)}`,
    ...(report.held_back > 0 ? [`held back      ${number(report.held_back)} turns (window full)`] : []),
    ...(kinds.length > 0 ? [`faults         ${kinds.join(', ')}`] : []),
    `journal        ${report.journal}`,
  ]
  return lines.join('\n')
}

function number(value: number): string {
  return value.toLocaleString('en')
}

function round(value: number): number {
  return Math.round(value * 10) / 10
}
