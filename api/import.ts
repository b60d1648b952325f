import type { CsvRow } from './csv.ts'
import type { Fault } from './refusal.ts'
import type { Validate } from './validate.ts'

/** What became of a row of an import. */
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

/** Inserts all or none; says which keys are in the way, and which vehicles are not known. */
type Insert<T> = (
  items: T[],
) => Promise<{ created: unknown } | { taken: string[] } | { unknownVehicles: string[] }>

export interface ImportedItem {
  key: string
  vehicle?: string | null
}

export interface ImportOptions<T extends ImportedItem> {
  rows: CsvRow[]
  toItem: (cells: Record<string, string>) => Record<string, unknown>
  validate: Validate
  /** of an item that is valid, with all that it has not said */
  complete: (item: Record<string, unknown>) => T
  insert: Insert<T>
}

/** Each turn finds the rows that are in the way by then; others may take keys meanwhile. */
const ATTEMPTS_MAX = 5

/**
 * Creates what can be created of a file's rows, and reports on each: a bad row keeps none of the others from being
 * created. Whether `insert` keeps them is its own matter.
 */
export async function importRows<T extends ImportedItem>(options: ImportOptions<T>): Promise<ImportReport> {
  const { rows, toItem, validate, complete, insert } = options
  const errors = new Map<CsvRow, Fault[]>()
  const good = new Map<string, { row: CsvRow; item: T }>()
  for (const row of rows) {
    const item = toItem(row.cells)
    const faults = row.fault ? [row.fault] : validate(item)
    const key = String(item['key'])
    if (faults.length === 0 && good.has(key))
      faults.push({ pointer: '/key', detail: `"${key}" is there twice` })
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
  for (let attempt = 1; attempt <= ATTEMPTS_MAX && good.size > 0; attempt++) {
    const result = await insert([...good.values()].map(({ item }) => item))
    if ('created' in result) break
    if ('taken' in result) refuse(result.taken, '/key', ({ key }) => `"${key}" is taken`)
    else {
      const unknown = new Set(result.unknownVehicles)
      const keys = [...good.values()].filter(({ item }) => unknown.has(item.vehicle ?? ''))
      refuse(
        keys.map(({ item }) => item.key),
        '/vehicle',
        ({ vehicle }) => `"${vehicle}" is no vehicle`,
      )
    }
    if (attempt === ATTEMPTS_MAX) refuse([...good.keys()], '/key', () => 'could not be created; try again')
  }

  const report = rows.map((row): ImportedRow => {
    const faults = errors.get(row) ?? []
    const status = faults.length === 0 ? 'created' : 'refused'
    return { line: row.line, key: row.cells['key'] ?? null, status, errors: faults }
  })
  return { created: rows.length - errors.size, refused: errors.size, rows: report }
}
