import { CsvError, parse } from 'csv-parse/sync'
import { refuse, refuseFaults, type Fault, type Refusal } from '../http/refusal.ts'

/**
 * A row of a CSV file: its first line, counted from 1, and its cells by the names in the first line of the file,
 * without empty cells.
 */
export interface CsvRow {
  line: number
  cells: Record<string, string>
  /** faults of the row itself */
  fault?: Fault
}

/** @limit rows of an import | 400 */
const ROWS_MAX = 10_000
/** @limit characters in a cell of an import; a row may have 20 times as many | 400 */
const CELL_LENGTH_MAX = 4096
const UNEVEN: Fault = { pointer: '', detail: 'has more or fewer cells than the first line' }

/**
 * Reads a CSV file (RFC 4180) whose first line has names, each of which `isColumn` accepts. Semicolons are read as
 * commas if the first line has only semicolons, as in files of spreadsheets that use the comma as the decimal sign.
 */
export function readCsv(text: string, isColumn: (name: string) => boolean): { rows: CsvRow[] } | Refusal {
  const [firstLine = ''] = text.split('\n', 1)
  const delimiter = firstLine.includes(';') && !firstLine.includes(',') ? ';' : ','
  let names: string[] = []
  let records: { record: Record<string, string>; info: { lines: number; error?: CsvError } }[]
  try {
    // A line break within a cell then counts as one line, however it was written.
    records = parse(text.replaceAll(/\r\n?/g, '\n'), {
      columns: (header: string[]) => (names = header.map((name) => name.trim())),
      delimiter,
      bom: true,
      info: true,
      skip_empty_lines: true,
      relax_column_count: true,
      trim: true,
      max_record_size: CELL_LENGTH_MAX * 20,
      to: ROWS_MAX + 1,
    })
  } catch (error) {
    if (!(error instanceof CsvError)) throw error
    return refuse('invalid_request', `the body is not CSV: ${error.message}`)
  }
  const unknown = names.filter((name, index) => !isColumn(name) || names.indexOf(name) !== index)
  if (unknown.length > 0) {
    const faults = unknown.map((name) => {
      return { pointer: '', detail: `has the column "${name}", which is unknown or appears twice` }
    })
    return refuseFaults('invalid_request', faults)
  }
  if (records.length > ROWS_MAX) return refuse('invalid_request', `the body has more than ${ROWS_MAX} rows`)
  if (records.length === 0) return refuse('invalid_request', 'the body has no rows after the header')
  const rows = records.map(({ record, info }) => {
    const row = { line: info.lines - breaksIn(record), cells: withoutEmpty(record) }
    return info.error ? { ...row, fault: UNEVEN } : row
  })
  return { rows }
}

/** Number of line breaks in a row's quoted cells, because the parser reports a row's last line. */
function breaksIn(record: Record<string, string>): number {
  return Object.values(record).reduce((sum, cell) => sum + cell.split('\n').length - 1, 0)
}

function withoutEmpty(record: Record<string, string>): Record<string, string> {
  return Object.fromEntries(Object.entries(record).filter(([, cell]) => cell !== ''))
}
