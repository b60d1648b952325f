import type { Geofence } from '../../rules/geofence.ts'
import { indexGeofences } from '../../rules/geofence-index.ts'
import type { TimedReading } from '../../rules/reading.ts'
import type { Rule, RuleKind } from '../../rules/rule.ts'
import type { Schedule } from '../../rules/schedule.ts'
import { DEFAULT_SETTINGS, type Settings } from '../../rules/settings.ts'
import { fold } from './fold.ts'

/** Seconds since `BEGIN_MS`, and the fields of a reading. */
export type Line = [s: number, fields: Partial<TimedReading>]
/** First and last second (`null`: open), and the label. */
type Found = [from: number, to: number | null, label: string | null]

/** A Sunday noon in UTC. */
export const BEGIN_MS = Date.UTC(2026, 10, 29, 12)

interface Options {
  geofences?: Geofence[]
  schedule?: Schedule
  settings?: Partial<Settings>
}

export function foldRule(rule: RuleKind, lines: readonly Line[], options: Options = {}) {
  const { geofences = [], schedule = null, settings = {} } = options
  const rules: Rule[] = [{ key: 'rule', schedule, ...rule }]
  const readings = lines.map(([s, fields]): TimedReading => ({ timeMs: BEGIN_MS + s * 1000, ...fields }))
  return fold(readings, { ...DEFAULT_SETTINGS, rules, geofences: indexGeofences(geofences), ...settings })
}

export function eventsOf(rule: RuleKind, lines: readonly Line[], options: Options = {}): Found[] {
  const { results, open } = foldRule(rule, lines, options)
  const seconds = (ms: number) => (ms - BEGIN_MS) / 1000
  return [...results.events, ...open.events].map((it) => [
    seconds(it.fromMs),
    it.toMs === null ? null : seconds(it.toMs),
    it.label,
  ])
}
