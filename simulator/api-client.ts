import { createClient, type Problem, type Schemas } from '../client/client.ts'
import { FleetwireError } from '../kit/errors.ts'
import { fetchPatiently } from './fetch-patiently.ts'

/**
 * The requests of the simulator to the API. All of them throw `api_unreachable`, or `api_refused` with the reply of the API.
 * Listings are read page by page.
 */
export interface ApiClient {
  /** Creates all vehicles and returns true, or creates none because one exists already. */
  createVehicles(vehicles: { key: string }[]): Promise<boolean>
  createDevices(devices: { key: string; vehicle: string }[]): Promise<boolean>
  /** Moves a device to another vehicle; has no effect if it is there already. */
  moveDevice(device: string, vehicle: string): Promise<void>
  issueTokens(devices: string[]): Promise<Pick<Schemas['DeviceToken'], 'device' | 'token'>[]>
  listVehicles(): AsyncGenerator<Pick<Schemas['Vehicle'], 'key'>>
  listDevices(): AsyncGenerator<Pick<Schemas['Device'], 'key' | 'vehicle'>>
  /** Readings in order of time; `limit` is the size of a page. */
  listReadings(vehicle: string, span: Span): AsyncGenerator<Schemas['HistoryReading']>
  /** Dead letters with their payloads. */
  listDeadLetters(vehicle: string, from: string): AsyncGenerator<LetterWithPayload>
}

export interface Span {
  from: string
  to: string
  limit: number
}

export type LetterWithPayload = Pick<
  Schemas['DeadLetter'],
  'received_at' | 'code' | 'reading_index' | 'payload'
>

interface Page<T> {
  items: T[]
  next_cursor: string | null
}

interface Answer {
  data?: unknown
  error?: unknown
  response: Response
}

/** The maximum that the API returns in one reply. */
const PAGE_MAX = 1000
const ERRORS_SHOWN = 3

/** Logs in and returns a client for everything else. Throws `api_unreachable` or `api_refused`. */
export async function logIn(login: {
  api: string
  email: string
  password: string
  /** PEM of the authorities to trust; `undefined` for the authorities of Node.js */
  ca?: string | undefined
}): Promise<ApiClient> {
  const { email, password, ca } = login
  const url = login.api.replace(/\/+$/, '')
  let token: string | undefined
  const client = createClient({ url, token: () => token, fetch: fetchPatiently(url, ca) })
  const answer = client.POST('/api/login', { body: { email, password } })
  token = (await read(answer, `log in to ${url} as ${email}`)).token

  return {
    createVehicles: (body) => create(client.POST('/api/vehicles', { body }), 'create vehicles'),
    createDevices: (body) => create(client.POST('/api/devices', { body }), 'create devices'),
    async moveDevice(key, vehicle) {
      const answer = client.PATCH('/api/devices/{key}', { params: { path: { key } }, body: { vehicle } })
      await read(answer, `move ${key} to ${vehicle}`)
    },
    async issueTokens(devices) {
      const answer = client.POST('/api/device-tokens', { body: { devices } })
      return (await read(answer, 'issue tokens')).items
    },
    listVehicles: () =>
      listAll((next) => {
        const query = { limit: PAGE_MAX, ...next }
        return read(client.GET('/api/vehicles', { params: { query } }), 'list vehicles')
      }),
    listDevices: () =>
      listAll((next) => {
        const query = { limit: PAGE_MAX, ...next }
        return read(client.GET('/api/devices', { params: { query } }), 'list devices')
      }),
    listReadings: (key, span) =>
      listAll((next) => {
        const params = { path: { key }, query: { ...span, ...next } }
        const answer = client.GET('/api/vehicles/{key}/telemetry', { params })
        return read(answer, `read the telemetry of ${key}`)
      }),
    listDeadLetters: (vehicle, from) =>
      listAll((next) => {
        const query = { vehicle, from, payload: true, limit: PAGE_MAX, ...next }
        return read(client.GET('/api/dead-letters', { params: { query } }), 'read dead letters')
      }),
  }
}

async function* listAll<T>(ask: (next: { cursor?: string }) => Promise<Page<T>>): AsyncGenerator<T> {
  let cursor: string | null = ''
  while (cursor !== null) {
    const page: Page<T> = await ask(cursor === '' ? {} : { cursor })
    yield* page.items
    cursor = page.next_cursor
  }
}

/** Returns whether something was created; a 409 is an expected answer. */
async function create(asked: Promise<Answer>, what: string): Promise<boolean> {
  const answer = await settle(asked, what)
  if (answer.response.status === 409) return false
  dataOf(answer, what)
  return true
}

async function read<A extends Answer>(asked: Promise<A>, what: string): Promise<NonNullable<A['data']>> {
  return dataOf(await settle(asked, what), what)
}

async function settle<A extends Answer>(asked: Promise<A>, what: string): Promise<A> {
  try {
    return await asked
  } catch (cause) {
    if (!(cause instanceof SyntaxError)) throw cause
    throw new FleetwireError('api_refused', `cannot ${what}: the answer is not JSON`, { cause })
  }
}

function dataOf<A extends Answer>({ data, error, response }: A, what: string): NonNullable<A['data']> {
  if (data !== undefined && data !== null) return data
  if (typeof error !== 'object' || error === null) {
    const detail = `cannot ${what}: ${response.status}, and the answer is not JSON`
    throw new FleetwireError('api_refused', detail)
  }
  const { title, detail, errors = [] } = error as Partial<Problem>
  const faults = errors.slice(0, ERRORS_SHOWN).map((it) => `${it.pointer} ${it.detail}`)
  const why = [detail ?? title ?? '', ...faults].filter((it) => it !== '').join('; ')
  throw new FleetwireError('api_refused', `cannot ${what}: ${response.status} ${why}`)
}
