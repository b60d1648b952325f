import { FleetwireError } from '../kit/errors.ts'
import type { ApiClient } from './api-client.ts'
import { existingCredentials, mergeCredentials, type Credentials } from './credentials.ts'

export interface ProvisionOptions {
  api: ApiClient
  vehicles: number
  /** 1 to `DEVICES_PER_VEHICLE_MAX`; default 1 */
  devicesPerVehicle?: number
  prefix: string
  /** the file for the credentials; its lines for other devices stay */
  out: string
  onProgress(done: number): void
}

export interface ProvisionReport {
  ok: true
  vehicles: number
  vehicles_created: number
  devices_created: number
  tokens: number
  /** devices of the file that were not requested and keep their tokens */
  kept: number
  seconds: number
  out: string
}

/** The second device of `sim-00001` is `sim-00001-2`. */
export const DEVICES_PER_VEHICLE_MAX = 9
/** The maximum of one request to the API. */
const BULK_MAX = 1000
const DIGITS_MIN = 5

/**
 * Creates vehicles `PREFIX-00001` ... with a device of the same key in each, further devices `PREFIX-00001-2` ... if requested,
 * and a new token for every device. Existing vehicles and devices are used again. Throws `api_refused`, `api_unreachable`,
 * `credentials_unusable`, and `device_elsewhere` if one of the devices belongs to another vehicle.
 */
export async function provision(options: ProvisionOptions): Promise<ProvisionReport> {
  const { api, out, devicesPerVehicle = 1 } = options
  const began = performance.now()
  // A file that cannot be merged is reported now, not after the tokens were issued.
  existingCredentials(out)
  const keys = vehicleKeys(options.prefix, options.vehicles)
  const vehicleOf = new Map(
    keys.flatMap((key) => deviceKeys(key, devicesPerVehicle).map((device) => [device, key] as const)),
  )
  const vehicles = createBulk({
    what: 'vehicles',
    create: (some) => api.createVehicles(some.map((key) => ({ key }))),
    list: () => api.listVehicles(),
    check: () => {},
  })
  const devices = createBulk({
    what: 'devices',
    create: (some) => api.createDevices(some.map((key) => ({ key, vehicle: vehicleOf.get(key) ?? key }))),
    list: () => api.listDevices(),
    check: (found) => checkVehicle(found, vehicleOf.get(found.key)),
  })
  const credentials: Credentials[] = []

  const atOnce = Math.floor(BULK_MAX / devicesPerVehicle)
  for (let at = 0; at < keys.length; at += atOnce) {
    const some = keys.slice(at, at + atOnce)
    const theirs = some.flatMap((key) => deviceKeys(key, devicesPerVehicle))
    await vehicles.ensure(some)
    await devices.ensure(theirs)
    credentials.push(...(await issueTokens(api, theirs, vehicleOf)))
    options.onProgress(credentials.length / vehicleOf.size)
  }
  const kept = mergeCredentials(out, credentials)
  return {
    ok: true,
    vehicles: keys.length,
    vehicles_created: vehicles.created(),
    devices_created: devices.created(),
    tokens: credentials.length,
    kept,
    seconds: Math.round((performance.now() - began) / 100) / 10,
    out,
  }
}

/** `sim-00001` ...; the same keys for any number of vehicles, up to 99,999. */
export function vehicleKeys(prefix: string, count: number): string[] {
  const digits = Math.max(DIGITS_MIN, String(count).length)
  return Array.from({ length: count }, (_, index) => `${prefix}-${String(index + 1).padStart(digits, '0')}`)
}

function deviceKeys(vehicle: string, count: number): string[] {
  return Array.from({ length: count }, (_, index) => (index === 0 ? vehicle : `${vehicle}-${index + 1}`))
}

/** Creates the missing ones of some keys. Existing ones are only listed, and checked, if a first attempt met some of them. */
function createBulk<T extends { key: string }>(table: {
  what: string
  create(keys: string[]): Promise<boolean>
  list(): AsyncGenerator<T>
  check(found: T): void
}) {
  let existing: Map<string, T> | undefined
  let created = 0

  async function create(keys: string[]): Promise<boolean> {
    if (keys.length === 0) return true
    const done = await table.create(keys)
    if (done) created += keys.length
    return done
  }

  async function listExisting(): Promise<Map<string, T>> {
    const found = new Map<string, T>()
    for await (const item of table.list()) found.set(item.key, item)
    return found
  }

  return {
    created: () => created,
    async ensure(keys: string[]): Promise<void> {
      if (existing === undefined && (await create(keys))) return
      existing ??= await listExisting()
      const missing: string[] = []
      for (const key of keys) {
        const found = existing.get(key)
        if (found) table.check(found)
        else missing.push(key)
      }
      if (await create(missing)) return
      throw new FleetwireError(
        'api_refused',
        `somebody else creates ${table.what} with this prefix at the same time`,
      )
    },
  }
}

function checkVehicle({ key, vehicle }: { key: string; vehicle: string | null }, wanted?: string): void {
  if (vehicle === wanted) return
  const where = vehicle === null ? 'has no vehicle' : `belongs to the vehicle ${vehicle}`
  throw new FleetwireError('device_elsewhere', `the device ${key} exists but ${where}: take another --prefix`)
}

async function issueTokens(
  api: ApiClient,
  keys: string[],
  vehicleOf: ReadonlyMap<string, string>,
): Promise<Credentials[]> {
  const items = await api.issueTokens(keys)
  if (items.length !== keys.length) {
    throw new FleetwireError('api_refused', `asked for ${keys.length} tokens and got ${items.length}`)
  }
  return items.map(({ device, token }) => ({
    clientId: device,
    userName: device,
    token,
    vehicle: vehicleOf.get(device) ?? device,
  }))
}
