import type { CsvRow } from './csv.ts'
import { overQuotaDetail, type OverQuota } from '../access/quota.ts'
import type { Fault } from '../http/refusal.ts'
import type { Validate } from '../schema/validate.ts'

/** Problem with a group, appended to the group's key. */
export const FOREIGN_GROUP = 'is a group of another user'
/** Problem for a service token that is limited to groups. */
export const WITHOUT_GROUP = 'must name a group of this service token'
export const WITHOUT_VEHICLE = 'must name a vehicle in a group of this service token'

/** The outcome of a row of an import. */
export interface ImportedRow {
  /** its line in the file, counted from 1 */
  line: number
  key: string | null
  status: 'created' | 'refused'
  /** `pointer` is the column, as /name */
  errors: Fault[]
}

export interface ImportReport {
  created: number
  refused: number
  rows: ImportedRow[]
}

/**
 * Inserts all rows or none. Reports the keys that are taken, the unknown vehicles, the groups of other users, and how
 * many rows there is room for.
 */
type Insert<T> = (
  items: T[],
) => Promise<
  | { created: unknown }
  | { taken: string[] }
  | { unknownVehicles: string[] }
  | { foreignGroups: string[] }
  | { withoutGroup: string[] }
  | { withoutVehicle: string[] }
  | { overQuota: OverQuota }
>

export interface ImportedItem {
  key: string
  vehicle?: string | null
  group?: string | null
}

export interface ImportOptions<T extends ImportedItem> {
  what: 'vehicles' | 'devices'
  rows: CsvRow[]
  toItem: (cells: Record<string, string>) => Record<string, unknown>
  validate: Validate
  /** values of a valid item, with defaults for absent members */
  complete: (item: Record<string, unknown>) => T
  insert: Insert<T>
}

/** Each pass excludes the rows that conflict by then; others may take keys meanwhile. */
const ATTEMPTS_MAX = 5

/**
 * Creates as many rows of a file as possible, and reports on each: a bad row does not prevent the others from being
 * created. `insert` decides whether they are kept.
 */
export async function importRows<T extends ImportedItem>(options: ImportOptions<T>): Promise<ImportReport> {
  const { what, rows, toItem, validate, complete, insert } = options
  const errors = new Map<CsvRow, Fault[]>()
  const good = new Map<string, { row: CsvRow; item: T }>()
  for (const row of rows) {
    const item = toItem(row.cells)
    const faults = row.fault ? [row.fault] : validate(item)
    const key = String(item['key'])
    if (faults.length === 0 && good.has(key))
      faults.push({ pointer: '/key', detail: `"${key}" appears twice` })
    if (faults.length > 0) errors.set(row, faults)
    else good.set(key, { row, item: complete(item) })
  }

  const refuse = (keys: readonly string[], pointer: string, detail: (item: T) => string) => {
    for (const key of keys) {
      const entry = good.get(key)
      if (entry === undefined) continue
      errors.set(entry.row, [{ pointer, detail: detail(entry.item) }])
      good.delete(key)
    }
  }
  const refuseNamed = (field: 'vehicle' | 'group', values: readonly string[], detail: string) => {
    const wanted = new Set(values)
    const items = [...good.values()].map(({ item }) => item)
    const keys = items.filter((item) => wanted.has(item[field] ?? '')).map(({ key }) => key)
    refuse(keys, `/${field}`, (item) => `"${item[field]}" ${detail}`)
  }
  for (let attempt = 1; attempt <= ATTEMPTS_MAX && good.size > 0; attempt++) {
    const result = await insert([...good.values()].map(({ item }) => item))
    if ('created' in result) break
    if ('taken' in result) refuse(result.taken, '/key', ({ key }) => `"${key}" is taken`)
    else if ('unknownVehicles' in result) refuseNamed('vehicle', result.unknownVehicles, 'does not exist')
    else if ('foreignGroups' in result) refuseNamed('group', result.foreignGroups, FOREIGN_GROUP)
    else if ('withoutGroup' in result) refuse(result.withoutGroup, '/group', () => WITHOUT_GROUP)
    else if ('withoutVehicle' in result) refuse(result.withoutVehicle, '/vehicle', () => WITHOUT_VEHICLE)
    else
      refuse([...good.keys()].slice(result.overQuota.room), '', () => overQuotaDetail(result.overQuota, what))
    if (attempt === ATTEMPTS_MAX) refuse([...good.keys()], '/key', () => 'could not be created; try again')
  }

  const report = rows.map((row): ImportedRow => {
    const faults = errors.get(row) ?? []
    const status = faults.length === 0 ? 'created' : 'refused'
    return { line: row.line, key: row.cells['key'] ?? null, status, errors: faults }
  })
  return { created: rows.length - errors.size, refused: errors.size, rows: report }
}
