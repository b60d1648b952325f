import type { Claims } from '../../contract/claims.ts'
import { formatTime } from '../../contract/time.ts'
import { createFairQueue } from '../../kit/fair-queue.ts'
import { NO_GEOFENCES } from '../../rules/geofence-index.ts'
import { resolveParameters, resolveRule } from '../../rules/resolve-rule.ts'
import type { Settings } from '../../rules/settings.ts'
import type { Sql } from '../../sql/connect.ts'
import { callerId } from '../access/caller-id.ts'
import { measureOf } from '../../contract/event-measure.ts'
import type { HistoryQueries } from '../history/history-queries.ts'
import { isRefusal, refuse, refuseFaults, type Fault, type Refusal } from '../http/refusal.ts'
import { route, type Route } from '../http/route.ts'
import { keySchema, object, timeSchema } from '../schema/fields.ts'
import { arrayOf, replyObject, timeReply } from '../schema/reply-schemas.ts'
import { readTimeRange } from '../schema/time-range.ts'
import type { CheckRule } from './check-rule.ts'
import { findPreviewVehicles, readPreviewPage } from './preview-queries.ts'
import { PREVIEW_VEHICLES_MAX, previewRule, type Preview, type PreviewEvent } from './preview.ts'
import type { RuleFields } from './rule-fields.ts'
import { toParams } from './routes.ts'
import { previewRuleFields } from './schemas.ts'
import { storeScope } from './scope.ts'

const DAY_MS = 86_400_000
const DEFAULT_DAYS = 7
/** @limit days of the preview of a rule | 400 */
export const PREVIEW_DAYS_MAX = 31
/** @limit events that the preview of a rule lists | the others are counted only */
export const PREVIEW_EVENTS_MAX = 100
/**
 * One preview runs at a time, because it keeps the processor busy.
 * @limit waiting previews of rules; users take turns | 503 with `Retry-After`
 */
const WAITING_MAX = 16

const previewBody = object(
  {
    ...previewRuleFields,
    from: {
      ...timeSchema,
      description: `${timeSchema.description}; otherwise ${DEFAULT_DAYS} days before \`to\``,
    },
    to: { ...timeSchema, description: `${timeSchema.description}; otherwise now` },
  },
  ['kind', 'scope'],
)

const positionOrNull = {
  type: ['object', 'null'],
  properties: { lat: { type: 'number' }, lon: { type: 'number' } },
  required: ['lat', 'lon'],
} as const

const previewReply = replyObject('RulePreview', {
  from: timeReply,
  to: timeReply,
  count: { type: 'integer', minimum: 0, description: 'events that the rule would have raised' },
  events: {
    ...arrayOf(
      replyObject('PreviewEvent', {
        vehicle: keySchema,
        started_at: timeReply,
        ended_at: { type: ['string', 'null'], description: 'null if it would be open' },
        start: positionOrNull,
        peak: {
          type: ['object', 'null'],
          properties: { value: { type: 'number' }, at: timeReply },
          required: ['value', 'at'],
        },
        limit: { type: ['number', 'null'] },
        unit: { type: ['string', 'null'] },
      }),
    ),
    description: `at most ${PREVIEW_EVENTS_MAX}, the latest start first`,
  },
  vehicles: { type: 'integer', minimum: 0, description: 'vehicles in scope that the caller may see' },
  vehicles_judged: {
    type: 'integer',
    minimum: 0,
    description: 'of them, those whose readings were all judged',
  },
  readings_judged: { type: 'integer', minimum: 0 },
  cut_by: {
    enum: ['vehicles', 'readings', 'time', null],
    description: 'the limit at which it stopped; null if all readings were judged',
  },
})

interface PreviewRoutesOptions {
  sql: Sql
  history: HistoryQueries
  checkRule: CheckRule
  now: () => number
}

/** POST /api/rules/preview */
export function rulePreviewRoutes({ sql, history, checkRule, now }: PreviewRoutesOptions): Route[] {
  const queue = createFairQueue({ atOnceMax: 1, waitingMax: WAITING_MAX })
  return [
    route({
      method: 'post',
      path: '/api/rules/preview',
      summary: 'Count and list the events that a rule would have raised, by judging stored readings',
      access: ['admin', 'service', 'user'],
      isLong: true,
      scope: 'history:read',
      tag: 'rules',
      replies: { 200: { description: 'The events', schema: previewReply } },
      problems: ['unavailable'],
      body: previewBody,
      async handle({ body, caller, hasLeft, onWait }) {
        const { from, to, ...given } = body
        const rule = { ...given, params: toParams(given.params), schedule: null }
        const faults = checkRule(rule)
        // Only valid parameters can be resolved.
        if (faults.length === 0) faults.push(...kindFaults(rule))
        if (faults.length > 0) return refuseFaults('invalid_request', faults)
        const times = readTimes(
          { ...(from !== undefined && { from }), ...(to !== undefined && { to }) },
          now(),
        )
        if (isRefusal(times)) return times
        const scope = await storeScope(sql, caller, rule.scope)
        if ('faults' in scope) return refuseFaults('invalid_request', scope.faults)
        const { vehicles, total } = await findPreviewVehicles(sql, caller, scope.stored, PREVIEW_VEHICLES_MAX)
        const settingsOf = ({ attributes }: (typeof vehicles)[number]) => settingsFor(rule, attributes)
        const readPage = pageReader(history, caller)
        const run = () => previewRule({ vehicles, total, ...times, settingsOf, readPage, hasLeft })
        try {
          const preview = await queue.run(callerId(caller), run, onWait)
          return preview ? { status: 200, body: toReply(rule, preview, times, total) } : BUSY
        } catch (error) {
          if (error instanceof Refused) return error.refusal
          throw error
        }
      },
    }),
  ]
}

const BUSY = refuse('unavailable', 'too many previews are waiting', { headers: { 'retry-after': '5' } })

/** The refusal of a query of readings, within a preview. */
class Refused extends Error {
  readonly refusal: Refusal
  constructor(refusal: Refusal) {
    super(refusal.detail)
    this.refusal = refusal
  }
}

function pageReader(history: HistoryQueries, caller: Claims) {
  return async ({ id }: { id: number }, page: Parameters<typeof readPreviewPage>[2]) => {
    const answer = await history.ask(caller, (it) => readPreviewPage(it, id, page))
    if (isRefusal(answer)) throw new Refused(answer)
    return answer
  }
}

type Previewed = Pick<RuleFields, 'kind' | 'params'>

/** Kinds that stored readings alone do not decide. */
function kindFaults({ kind, params }: Previewed): Fault[] {
  const isJudged = resolveRule('preview', kind, params, {}) !== null && !kind.startsWith('geofence_')
  return isJudged ? [] : [{ pointer: '/kind', detail: `rules of the kind ${kind} have no preview` }]
}

function settingsFor(
  { kind, params }: Previewed,
  attributes: Record<string, string | number | boolean>,
): Settings {
  const rule = resolveRule('preview', kind, params, attributes)
  return {
    parameters: resolveParameters(attributes),
    geofences: NO_GEOFENCES,
    rules: rule === null ? [] : [rule],
  }
}

function readTimes(
  given: { from?: string; to?: string },
  nowMs: number,
): { fromMs: number; toMs: number } | Refusal {
  const times = readTimeRange(given)
  if (isRefusal(times)) return times
  const { fromUs, toUs } = times.range
  const toMs = toUs === undefined ? nowMs : Math.floor(toUs / 1000)
  const fromMs = fromUs === undefined ? toMs - DEFAULT_DAYS * DAY_MS : Math.floor(fromUs / 1000)
  if (fromMs <= toMs && toMs - fromMs <= PREVIEW_DAYS_MAX * DAY_MS) return { fromMs, toMs }
  const detail = `must be at most ${PREVIEW_DAYS_MAX} days before \`to\`, and not after it`
  return refuseFaults('invalid_request', [{ code: 'out_of_range', pointer: '/from', detail }])
}

function toReply(
  { kind, params }: Previewed,
  { events, vehiclesJudged, readingsJudged, cutBy }: Preview,
  { fromMs, toMs }: { fromMs: number; toMs: number },
  total: number,
) {
  const field = kind === 'threshold' ? String(params['field']) : null
  const { unit, perUnit } = measureOf(kind, field)
  const latest = events.toSorted((a, b) => b.fromMs - a.fromMs).slice(0, PREVIEW_EVENTS_MAX)
  return {
    from: formatTime(fromMs * 1000),
    to: formatTime(toMs * 1000),
    count: events.length,
    events: latest.map((it) => ({ ...toEvent(it, perUnit), unit })),
    vehicles: total,
    vehicles_judged: vehiclesJudged,
    readings_judged: readingsJudged,
    cut_by: cutBy,
  }
}

function toEvent({ vehicle, fromMs, toMs, start, peak }: PreviewEvent, perUnit: number) {
  return {
    vehicle,
    started_at: formatTime(fromMs * 1000),
    ended_at: toMs === null ? null : formatTime(toMs * 1000),
    start: start && { lat: start.lat / 1e7, lon: start.lon / 1e7 },
    peak: peak && { value: peak.measure / perUnit, at: formatTime(peak.timeMs * 1000) },
    limit: peak?.limit == null ? null : peak.limit / perUnit,
  }
}
