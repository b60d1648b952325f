import { NUMBER_FIELDS, type NumberField } from '../../contract/telemetry.ts'
import { parseColumns, type Column } from './columns.ts'
import { isRefusal, refuseFaults, type Refusal } from '../http/refusal.ts'
import { keySchema, timeSchema } from '../schema/fields.ts'
import { readTimeRange, type TimeRange } from '../schema/time-range.ts'
import { CONDITIONS_MAX, parseWhere, type Condition } from './where.ts'

/** A selection of a vehicle's readings, and of their fields. */
export interface HistoryFilter {
  range: TimeRange
  columns: readonly Column[]
  conditions: readonly Condition[]
}

/** Query parameters of all history queries. */
export const historyParameters = {
  from: timeSchema,
  to: timeSchema,
  fields: { type: 'string', maxLength: 500 },
  where: {
    type: 'array',
    items: { type: 'string', maxLength: 500 },
    maxItems: CONDITIONS_MAX,
    description:
      'Conditions, separated by commas or given as several parameters; all must hold: `speed>90,ignition=true`. Numbers accept >= <= > < = !=, ' +
      'ignition and status accept = and !=; put text with a comma in double quotes.',
  },
} as const

/**
 * Maximum of vehicles that one request may name.
 * @limit vehicles named in a request | 400
 */
const NAMED_VEHICLES_MAX = 100
/**
 * Maximum of vehicles in a group that one request may query.
 * @limit vehicles of a group in a request | 400
 */
export const GROUP_VEHICLES_MAX = 10_000

/** Query parameters that select vehicles: `vehicles` or `group`. */
export const vehiclesParameters = {
  vehicles: {
    type: 'string',
    pattern: '^[A-Za-z0-9_-]{1,64}(,[A-Za-z0-9_-]{1,64})*$',
    maxLength: 6500,
    description: 'keys, separated by commas',
  },
  group: keySchema,
} as const

export function readHistoryFilter(query: {
  from?: string
  to?: string
  fields?: string
  where?: string[]
}): HistoryFilter | Refusal {
  const times = readTimeRange(query)
  const { columns, faults: columnFaults } = parseColumns(query.fields)
  const { conditions, faults: whereFaults } = parseWhere(query.where ?? [])
  const timeFaults = isRefusal(times) ? (times.errors ?? []) : []
  const faults = [...timeFaults, ...columnFaults, ...whereFaults]
  if (isRefusal(times) || faults.length > 0) return refuseFaults('invalid_request', faults)
  return { range: times.range, columns, conditions }
}

/** The vehicles that a query names, without duplicates, or its group. */
export function readVehicles(query: {
  vehicles?: string
  group?: string
}): { keys: string[] } | { group: string } | Refusal {
  const { vehicles, group } = query
  if (vehicles !== undefined && group !== undefined)
    return refuseFaults('invalid_request', [
      { pointer: '/group', detail: 'cannot be combined with vehicles' },
    ])
  if (group !== undefined) return { group }
  if (vehicles === undefined) {
    const detail = 'is required if group is absent'
    return refuseFaults('invalid_request', [{ code: 'missing_field', pointer: '/vehicles', detail }])
  }
  const keys = [...new Set(vehicles.split(','))]
  if (keys.length <= NAMED_VEHICLES_MAX) return { keys }
  const detail = `names more than ${NAMED_VEHICLES_MAX} vehicles`
  return refuseFaults('invalid_request', [{ code: 'too_many_values', pointer: '/vehicles', detail }])
}

/** The requested columns, if they are named and all are numbers. */
export function readNumberFields(query: { fields?: string }, filter: HistoryFilter): NumberField[] | Refusal {
  const fields = query.fields === undefined ? [] : filter.columns
  if (fields.length > 0 && fields.every(isNumberField)) return [...fields]
  const detail = `must name fields among ${Object.keys(NUMBER_FIELDS).join(', ')}`
  const code = query.fields === undefined ? 'missing_field' : 'wrong_type'
  return refuseFaults('invalid_request', [{ code, pointer: '/fields', detail }])
}

function isNumberField(column: Column): column is NumberField {
  return Object.hasOwn(NUMBER_FIELDS, column)
}
