import { FleetwireError } from '../kit/errors.ts'
import type { ApiClient } from './api-client.ts'
import { existingCredentials, mergeCredentials, type Credentials } from './credentials.ts'

export interface ProvisionOptions {
  api: ApiClient
  vehicles: number
  prefix: string
  /** the file for the credentials; what it has of other devices stays in it */
  out: string
  onProgress(done: number): void
}

export interface ProvisionReport {
  ok: true
  vehicles: number
  vehicles_created: number
  devices_created: number
  tokens: number
  /** devices of the file that were not asked for and keep the tokens they had */
  kept: number
  seconds: number
  out: string
}

/** What the API takes in one request. */
const BULK_MAX = 1000
const DIGITS_MIN = 5

/**
 * Makes vehicles `PREFIX-00001` ... with a device of the same key in each, and a fresh token for every device. What is
 * already there from an earlier time is used again.
 * Throws `api_refused`, `api_unreachable`, `credentials_unusable`, and `device_elsewhere` when one of the devices
 * belongs to another vehicle.
 */
export async function provision(options: ProvisionOptions): Promise<ProvisionReport> {
  const { api, out } = options
  const began = performance.now()
  // A file that cannot be merged is told now, not after the tokens were issued.
  existingCredentials(out)
  const keys = vehicleKeys(options.prefix, options.vehicles)
  const vehicles = createBulk(api, '/api/vehicles', (key) => ({ key }))
  const devices = createBulk(api, '/api/devices', (key) => ({ key, vehicle: key }))
  const credentials: Credentials[] = []

  for (let at = 0; at < keys.length; at += BULK_MAX) {
    const some = keys.slice(at, at + BULK_MAX)
    await vehicles.ensure(some)
    await devices.ensure(some)
    credentials.push(...(await issueTokens(api, some)))
    options.onProgress(credentials.length / keys.length)
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

/** `sim-00001` ...; the same ones whatever the number of vehicles, up to 99,999. */
export function vehicleKeys(prefix: string, count: number): string[] {
  const digits = Math.max(DIGITS_MIN, String(count).length)
  return Array.from({ length: count }, (_, index) => `${prefix}-${String(index + 1).padStart(digits, '0')}`)
}

interface Listed {
  key: string
  vehicle?: string | null
}

/** Creates what is missing of keys. Lists what exists only when a first attempt met some of it. */
function createBulk(api: ApiClient, path: string, toBody: (key: string) => Listed) {
  let existing: Map<string, Listed> | undefined
  let created = 0

  async function create(keys: string[]): Promise<boolean> {
    if (keys.length === 0) return true
    const done = (await api.post(path, keys.map(toBody))) !== undefined
    if (done) created += keys.length
    return done
  }

  async function listExisting(): Promise<Map<string, Listed>> {
    const found = new Map<string, Listed>()
    for await (const item of api.list<Listed>(path, { limit: BULK_MAX })) found.set(item.key, item)
    return found
  }

  return {
    created: () => created,
    async ensure(keys: string[]): Promise<void> {
      if (existing === undefined && (await create(keys))) return
      existing ??= await listExisting()
      for (const key of keys) checkVehicle(existing.get(key), toBody(key))
      const missing = keys.filter((key) => !existing?.has(key))
      if (await create(missing)) return
      throw new FleetwireError(
        'api_refused',
        `somebody else creates ${path} with this prefix at the same time`,
      )
    },
  }
}

function checkVehicle(found: Listed | undefined, wanted: Listed): void {
  if (found === undefined || wanted.vehicle === undefined || found.vehicle === wanted.vehicle) return
  const where = found.vehicle ? `belongs to the vehicle ${found.vehicle}` : 'has no vehicle'
  throw new FleetwireError(
    'device_elsewhere',
    `the device ${found.key} exists but ${where}: take another --prefix`,
  )
}

async function issueTokens(api: ApiClient, keys: string[]): Promise<Credentials[]> {
  const answer = await api.post<{ items: { device: string; token: string }[] }>('/api/device-tokens', {
    devices: keys,
  })
  const items = answer?.items ?? []
  if (items.length !== keys.length) {
    throw new FleetwireError('api_refused', `asked for ${keys.length} tokens and got ${items.length}`)
  }
  return items.map(({ device, token }) => ({
    clientId: device,
    userName: device,
    token,
    // Device and vehicle have the same key.
    vehicle: device,
  }))
}
