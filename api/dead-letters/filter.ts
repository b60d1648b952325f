import type { Claims } from '../../contract/claims.ts'
import { READING_PROBLEMS, type ReadingProblemCode } from '../../contract/problems.ts'
import type { Sql } from '../../sql/connect.ts'
import type { DeadLetterFilter } from './queries.ts'
import { findVisibleVehicle, ownsVehicle } from '../access/visible.ts'
import { isRefusal, refuseReadOnly, refuseFaults, type Refusal } from '../http/refusal.ts'
import { keySchema, timeSchema } from '../schema/fields.ts'
import { readTimeRange } from '../schema/time-range.ts'

/** Query parameters that select dead letters; `from` is inclusive, `to` exclusive. */
export const deadLetterFilters = {
  vehicle: keySchema,
  code: { enum: READING_PROBLEMS },
  from: timeSchema,
  to: timeSchema,
} as const

/** @param toChange refuses a vehicle to which the caller has read-only access */
export async function readDeadLetterFilter(
  sql: Sql,
  query: { vehicle?: string; code?: ReadingProblemCode; from?: string; to?: string },
  caller: Claims,
  { toChange = false } = {},
): Promise<DeadLetterFilter | Refusal> {
  const times = readTimeRange(query)
  if (isRefusal(times)) return times
  const { vehicle, code } = query
  const found = vehicle === undefined ? undefined : await findVisibleVehicle(sql, caller, vehicle)
  const vehicleId = found?.id
  if (vehicle !== undefined && vehicleId === undefined) {
    return refuseFaults('invalid_request', [
      { pointer: '/vehicle', detail: `vehicle "${vehicle}" does not exist` },
    ])
  }
  if (
    toChange &&
    vehicle !== undefined &&
    vehicleId !== undefined &&
    !(await ownsVehicle(sql, caller, vehicleId))
  )
    return refuseReadOnly('vehicle', vehicle)
  return { ...times.range, vehicleId, code }
}
