import type { DisconnectCause } from '../devices/disconnect.ts'
import type { Qos } from '../devices/device.ts'
import type { FaultCounts } from '../traffic/faults.ts'
import type { LatencyColumns } from './latency-series.ts'
import type { Spread, Stats } from './stats.ts'

/** The result of a run, as `--json` prints it. Latencies are of QoS 1 and 2, from the first sending to the ack. */
export interface RunReport {
  /** whether everything was acknowledged */
  ok: boolean
  vehicles: number
  devices: number
  seconds: number
  messages: number
  readings: number
  acknowledged: number
  acknowledged_readings: number
  unacknowledged: number
  messages_per_second: number
  readings_per_second: number
  ack_ms: Spread | null
  /** the same second by second, of the first two hours */
  ack_by_second: LatencyColumns
  /** devices that were connected when the waiting was over */
  online: number
  disconnects: Partial<Record<DisconnectCause, number>>
  reconnects: number
  /** from the loss of a connection to the next connection */
  offline_ms: Spread | null
  failed_connects: number
  resent: number
  /** turns that passed without a reading because a device's window was full */
  held_back: number
  /** devices that were moved to another vehicle */
  moves: number
  faults: FaultCounts
  journal: string
  interrupted: boolean
}

export function reportRun(run: {
  stats: Stats
  qos: Qos | 'mixed'
  seconds: number
  vehicles: number
  devices: number
  online: number
  journal: string
  interrupted: boolean
}): RunReport {
  const { stats, seconds, vehicles, devices, online, journal, interrupted } = run
  const { counts } = stats
  const unacknowledged = run.qos === 0 ? 0 : counts.messages - counts.acknowledged
  const perSecond = (count: number) => (seconds > 0 ? round(count / seconds) : 0)
  return {
    ok: unacknowledged === 0,
    vehicles,
    devices,
    seconds: round(seconds),
    messages: counts.messages,
    readings: counts.readings,
    acknowledged: counts.acknowledged,
    acknowledged_readings: counts.acknowledgedReadings,
    unacknowledged,
    messages_per_second: perSecond(counts.messages),
    readings_per_second: perSecond(counts.readings),
    ack_ms: stats.latencyMs(),
    ack_by_second: stats.bySecond.columns(),
    online,
    disconnects: stats.disconnects(),
    reconnects: counts.reconnects,
    offline_ms: stats.offlineMs(),
    failed_connects: counts.failedConnects,
    resent: counts.resent,
    held_back: counts.heldBack,
    moves: counts.moves,
    faults: stats.faults(),
    journal,
    interrupted,
  }
}

/** The result for a person. */
export function describeRun(report: RunReport): string {
  const { ack_ms: ack, faults, disconnects, offline_ms: offline } = report
  const kinds = Object.entries(faults).map(([kind, count]) => `${kind} ${number(count)}`)
  const causes = Object.entries(disconnects).map(([cause, count]) => `${cause} ${number(count)}`)
  const away = offline ? [`away           p50 ${offline.p50} ms, max ${offline.max} ms`] : []
  const lines = [
    `messages       ${number(report.messages)} (${number(report.messages_per_second)}/s)`,
    `readings       ${number(report.readings)} (${number(report.readings_per_second)}/s)`,
    `acknowledged   ${number(report.acknowledged)}, ${number(report.unacknowledged)} outstanding`,
    `ack            ${ack ? `p50 ${ack.p50} ms, p99 ${ack.p99} ms, max ${ack.max} ms` : 'none'}`,
    `connections    ${number(report.devices)}, ${number(report.reconnects)} reconnects, ${number(report.failed_connects)} failed attempts`,
    ...(causes.length > 0 ? [`lost           ${causes.join(', ')}`] : []),
    ...away,
    `resent         ${number(report.resent)}`,
    ...(report.held_back > 0 ? [`held back      ${number(report.held_back)} turns (window full)`] : []),
    ...(report.moves > 0 ? [`moved          ${number(report.moves)} devices`] : []),
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
