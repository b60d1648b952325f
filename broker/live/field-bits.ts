import { READING_FIELDS } from '../../contract/telemetry.ts'

type Field = (typeof READING_FIELDS)[number]

/** The bit that stands for a field in `fieldsOf` of a row: by its place in `READING_FIELDS`. */
export function bitOf(field: Field): number {
  return 1 << READING_FIELDS.indexOf(field)
}

/** Fields that are columns and whose newest values are kept one by one; `lat` and `lon` go together. */
export const VALUE_COLUMNS = READING_FIELDS.filter(
  (it) => it !== 'lat' && it !== 'lon' && it !== 'seq' && it !== 'extra',
)
