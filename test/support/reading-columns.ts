import { READING_FIELDS, READING_SCHEMA } from '../../contract/telemetry.ts'

const TYPES = {
  number: 'double precision',
  boolean: 'boolean',
  string: 'text',
  integer: 'bigint',
  object: 'jsonb',
} as const

/** The column of each field of a reading, as `name type`. */
const FIELDS = READING_FIELDS.map((name) => `${name} ${TYPES[READING_SCHEMA.properties[name].type]}`)

const PLACE = ['vehicle_id bigint', 'time timestamp with time zone', 'nth smallint']
/** The square that a position lies in. */
const CELL = ['cell_lat smallint', 'cell_lon smallint']
const RECEIPT = ['received_at timestamp with time zone', 'device_id bigint']

/** The columns that the tables of readings must have, by table, in alphabetical order. */
export const READING_COLUMNS: Readonly<Record<string, readonly string[]>> = {
  telemetry: [...PLACE, ...RECEIPT, ...FIELDS].toSorted(),
  positions: [...PLACE, ...RECEIPT, ...CELL, ...FIELDS.filter((it) => !it.startsWith('seq '))].toSorted(),
}

/** Selects the columns that a table has, in the same form. */
export const selectColumns = (table: string) => `
  select array_agg(column_name || ' ' || data_type order by column_name || ' ' || data_type collate "C") as columns
  from information_schema.columns where table_schema = 'public' and table_name = '${table}'`
