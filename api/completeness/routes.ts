import { formatTime } from '../../contract/time.ts'
import type { Sql } from '../../sql/connect.ts'
import type { HistoryQueries } from '../history/history-queries.ts'
import { MISSING_RANGES_MAX, computeCompleteness } from './compute-completeness.ts'
import { PERIOD_DAYS_MAX, readPeriod, type Period } from './period.ts'
import { countByDevice, findDeviceInVehicles, type DeviceCounts } from './queries.ts'
import { findVisibleVehicle } from '../access/visible.ts'
import { isRefusal } from '../http/refusal.ts'
import { arrayOf, keyOrNull, replyObject, timeReply } from '../schema/reply-schemas.ts'
import { route, type Route } from '../http/route.ts'
import { keyParams, keySchema, object, timeSchema } from '../schema/fields.ts'
import type { MissingRange } from './run-of-counts.ts'
import { noDevice } from '../devices/routes.ts'
import { noVehicle } from '../vehicles/routes.ts'

const LATE_AFTER_MAX_S = PERIOD_DAYS_MAX * 86_400
/**
 * Maximum length of `devices` in a reply about a vehicle.
 * @limit devices of a vehicle that completeness lists | older ones are left out; the sums include all
 */
const DEVICES_MAX = 1000

const completenessQuery = object({
  from: { ...timeSchema, description: `${timeSchema.description}; default a day before \`to\`` },
  to: {
    ...timeSchema,
    description: `${timeSchema.description}, at most ${PERIOD_DAYS_MAX} days after \`from\`; default now`,
  },
  late_after_s: {
    type: 'integer',
    minimum: 0,
    maximum: LATE_AFTER_MAX_S,
    default: 60,
    description: 'a reading counts as late if it was received more than this many seconds after its time',
  },
})

const count = { type: 'integer', minimum: 0 } as const
const countsReply = replyObject('CompletenessCounts', {
  received: { ...count, description: 'sum of stored, duplicates and rejected' },
  stored: { ...count, description: 'readings whose time is in the period' },
  duplicates: {
    ...count,
    description:
      'readings that had been stored before (the same vehicle, time and values), in the UTC hours that the period touches; approximate',
  },
  rejected: {
    ...count,
    description: 'kept dead letters received in the period; a dead letter is a reading or a whole message',
  },
  late: { ...count, description: 'stored readings that were received late' },
})

const seqOrNull = { type: ['integer', 'null'], minimum: 0 } as const
const missingReply = replyObject('MissingReadings', {
  from_seq: count,
  to_seq: count,
  count: { type: 'integer', minimum: 1 },
  after: { ...timeReply, description: 'time of the reading before the gap' },
  before: { ...timeReply, description: 'time of the reading after the gap' },
})
const periodReplies = { from: timeReply, to: timeReply, late_after_s: count }
const deviceReply = replyObject('DeviceCompleteness', {
  device: keySchema,
  ...periodReplies,
  counts: countsReply,
  first_seq: { ...seqOrNull, description: '`seq` of the first reading that has one, in order of time' },
  last_seq: seqOrNull,
  restarts: {
    ...count,
    description:
      'how often `seq` went down to a value that was not skipped before, which starts a new run and is not a gap',
  },
  missing: {
    ...arrayOf(missingReply),
    maxItems: MISSING_RANGES_MAX,
    description:
      'values of `seq` that no stored reading of the period, or of a day before or after it, has, in order of time; readings that another device of the vehicle also sent count as stored',
  },
  missing_total: {
    ...count,
    description: 'number of missing values, including those in ranges that were cut off',
  },
  missing_cut: { type: 'boolean', description: `true if there are more than ${MISSING_RANGES_MAX} ranges` },
})
const vehicleReply = replyObject('VehicleCompleteness', {
  vehicle: keySchema,
  ...periodReplies,
  counts: countsReply,
  devices: {
    ...arrayOf(replyObject('CompletenessOfDevice', { device: keyOrNull, counts: countsReply })),
    maxItems: DEVICES_MAX,
    description:
      'counts of each device that sent for the vehicle, most readings first; `device` is null if it was deleted',
  },
})

interface CompletenessRoutesOptions {
  sql: Sql
  history: HistoryQueries
  now: () => number
}

/**
 * GET /api/devices/{key}/completeness, GET /api/vehicles/{key}/completeness: {counts: {received, stored, duplicates,
 * rejected, late}}. For a device the reply also has the missing ranges of `seq`, for a vehicle the counts of each
 * device.
 */
export function completenessRoutes(options: CompletenessRoutesOptions): Route[] {
  return [deviceCompletenessRoute(options), vehicleCompletenessRoute(options)]
}

function deviceCompletenessRoute({ sql, history, now }: CompletenessRoutesOptions): Route {
  return route({
    isLong: true,
    method: 'get',
    path: '/api/devices/{key}/completeness',
    summary: 'Count received, stored and rejected readings of a device, and list the missing ones',
    access: ['admin', 'service', 'user'],
    scope: 'history:read',
    tag: 'telemetry',
    replies: { 200: { description: 'Counts and missing ranges', schema: deviceReply } },
    problems: ['not_found'],
    params: keyParams,
    query: completenessQuery,
    async handle({ params: { key }, query, caller, onWait }) {
      const period = readPeriod(query, now() * 1000)
      if (isRefusal(period)) return period
      const device = await findDeviceInVehicles(sql, caller, key)
      if (device === undefined) return noDevice(key)
      const found = await history.ask(
        caller,
        async (it) => computeCompleteness(it, device, period, query.late_after_s),
        onWait,
      )
      if (isRefusal(found)) return found
      const body = {
        device: key,
        ...toPeriod(period, query.late_after_s),
        counts: toCounts(found),
        first_seq: found.firstSeq ?? null,
        last_seq: found.lastSeq ?? null,
        restarts: found.restarts,
        missing: found.missing.map(toMissing),
        missing_total: found.missingTotal,
        missing_cut: found.missingRanges > found.missing.length,
      }
      return { status: 200, body }
    },
  })
}

function vehicleCompletenessRoute({ sql, history, now }: CompletenessRoutesOptions): Route {
  return route({
    isLong: true,
    method: 'get',
    path: '/api/vehicles/{key}/completeness',
    summary: 'Count received, stored and rejected readings of a vehicle, in total and by device',
    access: ['admin', 'service', 'user'],
    scope: 'history:read',
    tag: 'telemetry',
    replies: { 200: { description: 'Counts', schema: vehicleReply } },
    problems: ['not_found'],
    params: keyParams,
    query: completenessQuery,
    async handle({ params: { key }, query, caller, onWait }) {
      const period = readPeriod(query, now() * 1000)
      if (isRefusal(period)) return period
      const vehicle = await findVisibleVehicle(sql, caller, key)
      if (vehicle === undefined) return noVehicle(key)
      const rows = await history.ask(
        caller,
        async (it) => countByDevice(it, vehicle, period, query.late_after_s),
        onWait,
      )
      if (isRefusal(rows)) return rows
      const devices = rows.slice(0, DEVICES_MAX).map((row) => ({ device: row.device, counts: toCounts(row) }))
      const body = {
        vehicle: key,
        ...toPeriod(period, query.late_after_s),
        counts: toCounts(sumOf(rows)),
        devices,
      }
      return { status: 200, body }
    },
  })
}

type Counts = Omit<DeviceCounts, 'device'>

function sumOf(rows: Counts[]): Counts {
  const sum = { stored: 0, late: 0, duplicates: 0, rejected: 0 }
  for (const row of rows) {
    sum.stored += row.stored
    sum.late += row.late
    sum.duplicates += row.duplicates
    sum.rejected += row.rejected
  }
  return sum
}

function toPeriod({ fromUs, toUs }: Period, lateAfterS: number) {
  return { from: formatTime(fromUs), to: formatTime(toUs), late_after_s: lateAfterS }
}

function toCounts({ stored, late, duplicates, rejected }: Counts) {
  return { received: stored + duplicates + rejected, stored, duplicates, rejected, late }
}

function toMissing({ fromSeq, toSeq, count: values, afterUs, beforeUs }: MissingRange) {
  return {
    from_seq: fromSeq,
    to_seq: toSeq,
    count: values,
    after: formatTime(afterUs),
    before: formatTime(beforeUs),
  }
}
