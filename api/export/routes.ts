import { setTimeout as delay } from 'node:timers/promises'
import type { Claims } from '../../contract/claims.ts'
import { FleetwireError } from '../../kit/errors.ts'
import type { OnWait } from '../../kit/fair-waiting.ts'
import { createShares } from '../../kit/shares.ts'
import type { Sql } from '../../sql/connect.ts'
import type { AccessLog } from '../audit/access-log.ts'
import { callerId } from '../access/caller-id.ts'
import { FRAMES, writeExport } from './formats.ts'
import type { HistoryQueries } from '../history/history-queries.ts'
import type { RunQuery } from '../database/run-query.ts'
import { historyParameters, readHistoryFilter, vehiclesParameters } from '../history/filter.ts'
import { readAhead } from '../database/read-ahead.ts'
import { isRefusal, refuse, refuseFaults, type Fault } from '../http/refusal.ts'
import { route, type Route } from '../http/route.ts'
import { object } from '../schema/fields.ts'
import { findVehicles } from '../history/routes.ts'

/**
 * Exports that run at once, shared by users; further ones get 503. Each has two pages of lines in memory, about 2 MB
 * each. One user gets two of them. Twelve users who take all they can have all of them, until exports that are read
 * too slowly are ended (stream-reply.ts).
 * @limit exports at once; of one user 2 | 503 with `Retry-After`
 */
const EXPORTS_AT_ONCE_MAX = 16
const EXPORTS_PART = 1 / 8
/** A page that was refused its place is requested again after this time: half a file is useless. */
const PAGE_RETRY_MS = 500

/** Vehicles of one export that its entry in the audit log lists. */
const RECORDED_KEYS_MAX = 20

const FILE_TYPES = Object.values(FRAMES).map(({ type }) => type.split(';')[0] ?? type)

const exportQuery = object(
  {
    ...vehiclesParameters,
    ...historyParameters,
    format: { enum: ['csv', 'ndjson', 'geojson', 'gpx'] },
    geometry: {
      enum: ['point', 'line'],
      description:
        'only for GeoJSON: a feature for each position, or a line for each vehicle, cut at the 180th meridian',
    },
    raw: {
      type: 'boolean',
      default: false,
      description:
        'only for CSV: leaves text that a spreadsheet would run as a formula unchanged, instead of prefixing an apostrophe',
    },
  },
  ['format'],
)

/** GET /api/telemetry/export: a file of any length, produced while it is sent. */
export function telemetryExportRoutes(options: {
  sql: Sql
  history: HistoryQueries
  accessLog: AccessLog
}): Route[] {
  const { sql, history, accessLog } = options
  const shares = createShares(EXPORTS_AT_ONCE_MAX, EXPORTS_PART)

  function queryRunnerOf({
    caller,
    onWait,
    hasLeft,
  }: {
    caller: Claims
    onWait: OnWait
    hasLeft: () => boolean
  }): RunQuery {
    return async (ask) => {
      for (;;) {
        const answer = await history.ask(caller, async (sql) => ({ given: await ask(sql) }), onWait)
        if (!isRefusal(answer)) return answer.given
        if (hasLeft()) throw new FleetwireError('client_left', 'the client of an export has left')
        await delay(PAGE_RETRY_MS)
      }
    }
  }

  return [
    route({
      isLong: true,
      method: 'get',
      path: '/api/telemetry/export',
      summary: 'Export readings of many vehicles as a CSV, NDJSON, GeoJSON or GPX file',
      access: ['admin', 'service', 'user'],
      scope: 'exports:read',
      tag: 'telemetry',
      replies: { 200: { description: 'The file', types: FILE_TYPES } },
      problems: ['not_found'],
      query: exportQuery,
      async handle({ query, ...actor }) {
        const { caller } = actor
        const faults = unfitting(query)
        if (faults.length > 0) return refuseFaults('invalid_request', faults)
        const filter = readHistoryFilter(query)
        if (isRefusal(filter)) return filter
        const vehicles = await findVehicles(sql, caller, query)
        if (isRefusal(vehicles)) return vehicles
        const giveBack = shares.take(callerId(caller))
        if (giveBack === undefined) {
          const detail = 'too many of your exports are running'
          return refuse('unavailable', detail, { headers: { 'retry-after': '10' } })
        }
        try {
          await accessLog.note(actor, { action: 'telemetry.export', ...whatOf(vehicles, query) })
        } catch (error) {
          giveBack()
          throw error
        }

        const format = query.geometry === 'line' ? 'geojson-lines' : query.format
        const { type, extension } = FRAMES[format]
        const [one, another] = vehicles
        const name = one && !another ? `telemetry-${one.key}` : 'telemetry'
        const headers = { 'content-disposition': `attachment; filename="${name}.${extension}"` }
        const chunks = counted(
          readAhead(writeExport(queryRunnerOf(actor), vehicles, filter, { format, isRaw: query.raw })),
          giveBack,
        )
        return { status: 200, headers, stream: { type, chunks } }
      },
    }),
  ]
}

/** The chunks of an export, which releases its place at the end. */
async function* counted(chunks: AsyncGenerator<string>, giveBack: () => void): AsyncGenerator<string> {
  try {
    yield* chunks
  } finally {
    giveBack()
  }
}

/** The parts of an export that are recorded. */
function whatOf(
  vehicles: readonly { key: string }[],
  { format, from, to }: { format: string; from?: string; to?: string },
) {
  const [one, another] = vehicles
  const period = { ...(from !== undefined && { from }), ...(to !== undefined && { to }) }
  if (one && !another) return { subject: `vehicle:${one.key}`, detail: { format, ...period } }
  const keys = vehicles.slice(0, RECORDED_KEYS_MAX).map(({ key }) => key)
  return { subject: 'telemetry', detail: { format, ...period, vehicles: vehicles.length, keys } }
}

/** Parameters that cannot be combined with the format. */
function unfitting({
  format,
  geometry,
  fields,
}: {
  format: string
  geometry?: string
  fields?: string
}): Fault[] {
  const faults: Fault[] = []
  if (geometry !== undefined && format !== 'geojson')
    faults.push({ pointer: '/geometry', detail: 'is only valid with format=geojson' })
  if (fields !== undefined && (format === 'gpx' || geometry === 'line'))
    faults.push({
      pointer: '/fields',
      detail: 'cannot be combined with tracks and lines, which have only positions',
    })
  return faults
}
