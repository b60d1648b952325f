import type { Claims } from '../../contract/claims.ts'
import type { Sql } from '../../sql/connect.ts'
import { readCsv } from './csv.ts'
import { importRows, type ImportedItem, type ImportOptions } from './import-rows.ts'
import type { Actor } from '../audit/queries.ts'
import { insertDevices, type DeviceFields } from '../devices/queries.ts'
import type { Quotas } from '../access/quota.ts'
import { insertVehicles, type VehicleFields } from '../vehicles/queries.ts'
import { isRefusal } from '../http/refusal.ts'
import { arrayOf, faultReply, replyObject } from '../schema/reply-schemas.ts'
import { route, type Route } from '../http/route.ts'
import { object } from '../schema/fields.ts'
import { createCompile } from '../schema/validate.ts'
import { newDevice, NO_DEVICE } from '../devices/routes.ts'
import { newVehicle, NO_VEHICLE } from '../vehicles/routes.ts'

const importQuery = object({
  dry_run: {
    type: 'boolean',
    default: false,
    description: 'reports the outcome of each row without creating anything',
  },
})
const csvBody = { type: 'string', minLength: 1 } as const

const reportReply = replyObject('ImportReport', {
  created: { type: 'integer', minimum: 0 },
  refused: { type: 'integer', minimum: 0 },
  rows: arrayOf(
    replyObject('ImportedRow', {
      line: { type: 'integer', minimum: 1 },
      key: { type: ['string', 'null'] },
      status: { enum: ['created', 'refused'] },
      errors: arrayOf(faultReply),
    }),
  ),
})

const ATTRIBUTE = 'attributes.'
const TAG_SEPARATOR = '|'
const VEHICLE_COLUMNS = new Set(['key', 'name', 'plate', 'vin', 'group', 'tags'])
const DEVICE_COLUMNS = new Set(['key', 'name', 'serial', 'firmware', 'vehicle'])

/**
 * POST /api/vehicles/import and /api/devices/import, text/csv -> 200 {created, refused, rows: [{line, key, status,
 * errors}]}. The first line has the names of fields. `tags` are separated by `|`, and an attribute's column is
 * `attributes.NAME`.
 */
export function importRoutes({ sql, quotas }: { sql: Sql; quotas: Quotas }): Route[] {
  const compile = createCompile()
  return [
    importRoute<VehicleFields>({
      what: 'vehicles',
      isColumn: (name) => VEHICLE_COLUMNS.has(name) || name.startsWith(ATTRIBUTE),
      toItem: toVehicle,
      validate: compile(newVehicle),
      complete: (item) => ({ ...NO_VEHICLE, ...(item as Pick<VehicleFields, 'key'>) }),
      insert: (items, actor, isTry) => insertVehicles(sql, items, actor, { isTry, max: quotas.vehiclesMax }),
    }),
    importRoute<DeviceFields>({
      what: 'devices',
      isColumn: (name) => DEVICE_COLUMNS.has(name),
      toItem: (cells) => ({ ...cells }),
      validate: compile(newDevice),
      complete: (item) => ({ ...NO_DEVICE, ...(item as Pick<DeviceFields, 'key'>) }),
      insert: (items, actor, isTry) => insertDevices(sql, items, actor, { isTry, max: quotas.devicesMax }),
    }),
  ]
}

function importRoute<T extends ImportedItem>(
  options: Omit<ImportOptions<T>, 'rows' | 'insert'> & {
    what: 'vehicles' | 'devices'
    isColumn: (name: string) => boolean
    insert: (
      items: T[],
      actor: Actor & { caller: Claims },
      isTry: boolean,
    ) => ReturnType<ImportOptions<T>['insert']>
  },
): Route {
  const { what, isColumn, insert, ...others } = options
  return route({
    method: 'post',
    path: `/api/${what}/import`,
    summary: `Create ${what} from CSV, with a report of each row`,
    access: ['admin', 'service', 'user'],
    scope: 'imports:write',
    tag: what,
    replies: { 200: { description: 'A report for each row', schema: reportReply } },
    query: importQuery,
    body: csvBody,
    mediaTypes: ['text/csv'],
    async handle({ query, body, ...actor }) {
      const read = readCsv(body, isColumn)
      if (isRefusal(read)) return read
      const report = await importRows<T>({
        ...others,
        what,
        rows: read.rows,
        insert: (items) => insert(items, actor, query.dry_run),
      })
      return { status: 200, body: report }
    },
  })
}

function toVehicle({ tags, ...cells }: Record<string, string>): Record<string, unknown> {
  const own = Object.entries(cells).filter(([name]) => !name.startsWith(ATTRIBUTE))
  const attributes = Object.entries(cells)
    .filter(([name]) => name.startsWith(ATTRIBUTE))
    .map(([name, value]) => [name.slice(ATTRIBUTE.length), value] as const)
  return {
    ...Object.fromEntries(own),
    ...(tags !== undefined && { tags: tags.split(TAG_SEPARATOR).map((tag) => tag.trim()) }),
    ...(attributes.length > 0 && { attributes: Object.fromEntries(attributes) }),
  }
}
