import type { Claims } from '../contract/claims.ts'
import { PROBLEMS, type ProblemCode } from '../contract/problems.ts'
import type { Sql } from '../sql/connect.ts'
import type { DeadLetterFilter } from './queries/dead-letters.ts'
import { findVisibleVehicleId } from './queries/visible.ts'
import { isRefusal, refuseFaults, type Refusal } from './refusal.ts'
import { keySchema, timeSchema } from './schemas.ts'
import { readTimeRange } from './time-range.ts'

/** Query parameters that say which dead letters are meant; from inclusive, to exclusive. */
export const deadLetterFilters = {
  vehicle: keySchema,
  code: { enum: Object.keys(PROBLEMS) as ProblemCode[] },
  from: timeSchema,
  to: timeSchema,
} as const

export async function readDeadLetterFilter(
  sql: Sql,
  query: { vehicle?: string; code?: ProblemCode; from?: string; to?: string },
  caller: Claims,
): Promise<DeadLetterFilter | Refusal> {
  const times = readTimeRange(query)
  if (isRefusal(times)) return times
  const { vehicle, code } = query
  const vehicleId = vehicle === undefined ? undefined : await findVisibleVehicleId(sql, caller, vehicle)
  if (vehicle !== undefined && vehicleId === undefined) {
    return refuseFaults('invalid_request', [{ pointer: '/vehicle', detail: `"${vehicle}" is no vehicle` }])
  }
  return { ...times.range, vehicleId, code }
}
