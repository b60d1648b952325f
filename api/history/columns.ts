import { READING_FIELDS } from '../../contract/telemetry.ts'
import type { Fault } from '../http/refusal.ts'

/** Fields of a reading besides its time, in the order of output. */
export const COLUMNS = ['received_at', 'device', ...READING_FIELDS] as const
export type Column = (typeof COLUMNS)[number]

/**
 * Reads `fields`: names separated by commas. Without it all are returned. `time` is always included and may be named.
 */
export function parseColumns(text: string | undefined): { columns: readonly Column[]; faults: Fault[] } {
  if (text === undefined) return { columns: COLUMNS, faults: [] }
  const names = text.split(',').map((name) => name.trim())
  const known = new Set<string>([...COLUMNS, 'time'])
  const unknown = new Set(names.filter((name) => !known.has(name)))
  const faults = Array.from(unknown, (name): Fault => {
    const detail = `unknown field "${name}"; expected one of time, ${COLUMNS.join(', ')}`
    return { code: 'unknown_field', pointer: '/fields', detail }
  })
  return { columns: COLUMNS.filter((column) => names.includes(column)), faults }
}
