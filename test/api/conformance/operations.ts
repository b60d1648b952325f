import type { ProblemCode } from '../../../contract/problems.ts'
import { makeKeyPair } from '../../support/signing.ts'
import type { Call, Fixture } from '../fixture.ts'
import { insertEvent } from '../events/insert-event.ts'
import { issueServiceToken } from '../service-tokens/service-token.ts'

/** A valid request and its success status. */
export interface Example {
  params?: Record<string, string>
  query?: Record<string, string>
  headers?: Record<string, string>
  body?: unknown
  /** instead of `body`, the first time */
  call?: Call
  status: number
}

const EMAIL = 'kim@localhost'
const PASSWORD = 'a good password'

/** Creates the records that the examples refer to: vehicle v1 with the device d1, a reading, a dead letter, a user. */
export async function furnish(fixture: Fixture): Promise<void> {
  const { sql } = fixture
  await fixture.call('POST', '/api/vehicles', { body: [{ key: 'v1' }, { key: 'v2' }] })
  await fixture.call('POST', '/api/devices', { body: { key: 'd1', vehicle: 'v1' } })
  await fixture.call('POST', '/api/users', { body: { email: EMAIL, password: PASSWORD } })
  const reading = {
    lat: 59.3,
    lon: 18.1,
    speed: 62.5,
    ignition: true,
    status: 'ok',
    seq: 7,
    extra: { a: 1, b: null },
  }
  const times = { nth: 0, time: '2026-11-21T08:00:00.250001Z', received_at: '2026-11-21T08:00:01Z' }
  await sql`
    insert into telemetry
    select it.* from vehicles v, devices d, jsonb_populate_record(null::telemetry, ${sql.json({ ...reading, ...times })}
      || jsonb_build_object('vehicle_id', v.id, 'device_id', d.id)) it
    where v.key = 'v1' and d.key = 'd1'
  `
  const code: ProblemCode = 'out_of_range'
  const problems = [{ code, pointer: '/speed', detail: 'must be <= 400' }]
  await sql`
    insert into rejected_messages (received_at, vehicle_id, device_id, code, problems, reading_index, payload)
    select '2026-11-21T08:00:00Z', v.id, d.id, ${code}, ${sql.json(problems)}, 0, ${Buffer.from('[{"speed":401}]')}
    from vehicles v, devices d where v.key = 'v1' and d.key = 'd1'
  `
}

const csv = (raw: string) => ({ raw, headers: { 'content-type': 'text/csv' } })

/** Creates a user for one example only. */
async function makeUser(fixture: Fixture): Promise<{ id: number; token: string; cookie: string }> {
  const body = { email: `${crypto.randomUUID()}@localhost`, password: PASSWORD }
  const user = await fixture.call('POST', '/api/users', { body })
  const login = await fixture.call('POST', '/api/login', { token: null, body: { ...body, remember: true } })
  const [cookie = ''] = (login.headers.get('set-cookie') ?? '').split(';')
  return { id: user.body.id, token: login.body.token, cookie }
}

const RULE = {
  name: 'Too fast',
  kind: 'overspeed',
  params: { limit: 90 },
  scope: { all: true },
  schedule: { zone: 'Europe/Stockholm', windows: [{ days: ['mon'], from: '08:00', to: '17:00' }] },
}

/** Creates a rule for one example only. */
async function makeRule(fixture: Fixture): Promise<string> {
  const key = crypto.randomUUID()
  await fixture.call('POST', '/api/rules', { body: { ...RULE, key } })
  return key
}

async function makeEvent(fixture: Fixture): Promise<string> {
  const rule = await makeRule(fixture)
  const places = { start_lat: 593_000_000, start_lon: 181_000_000, place: 'Stockholm' }
  const peak = { peak_value: 100_000, peak_at: '2026-11-21T08:01:00Z', limit_value: 90_000 }
  const event = { vehicle: 'v1', rule, startedAt: '2026-11-21T08:00:00Z' }
  return String(await insertEvent(fixture.sql, event, { ...places, ...peak }))
}

const v1 = { params: { key: 'v1' } }
const d1 = { params: { key: 'd1' } }
const pages = [{ status: 200 }, { query: { limit: '1' }, status: 200 }]
const times = { from: '2026-11-01T00:00:00Z', to: '1900000000000', limit: '10' }
const circle = { geometry: { type: 'Point', coordinates: [18, 59] }, radius_m: 50 }
const FEATURES = JSON.stringify({
  type: 'FeatureCollection',
  features: [{ type: 'Feature', properties: { name: 'Gate' }, geometry: circle.geometry }],
})
const day = '2026-11-21T00:00:00Z'

/** Requests that reach each success of each operation; a new operation needs an entry. The first request is spoiled. */
export const EXAMPLES: Record<string, (fixture: Fixture) => Example[] | Promise<Example[]>> = {
  postLogin: () => [{ body: { email: EMAIL, password: PASSWORD }, status: 200 }],
  async postSession(fixture) {
    const { cookie } = await makeUser(fixture)
    return [{ call: { token: null, headers: { cookie } }, status: 200 }]
  },
  deleteSession: () => [{ status: 204 }],
  postRegister: () => [{ body: { email: 'new@localhost', password: PASSWORD }, status: 201 }],
  getMe: () => [{ status: 200 }],
  patchMe: () => [{ body: { name: 'Kim' }, status: 200 }],
  async putMePassword(fixture) {
    const { token } = await makeUser(fixture)
    const body = { current: PASSWORD, password: `${PASSWORD}!` }
    return [{ body, call: { token, body }, status: 204 }]
  },
  async postMeLogout(fixture) {
    const { token } = await makeUser(fixture)
    return [{ call: { token }, status: 204 }]
  },
  async postMeLogoutEverywhere(fixture) {
    const { token } = await makeUser(fixture)
    return [{ call: { token }, status: 204 }]
  },
  postUsers: () => [
    { body: { email: 'lee@localhost', name: 'Lee', password: PASSWORD, role: 'user' }, status: 201 },
  ],
  getDashboardConfig: () => [{ status: 200 }],
  getUsers: () => pages,
  getUser: () => [{ params: { id: '1' }, status: 200 }],
  async patchUser(fixture) {
    const { id } = await makeUser(fixture)
    return [{ params: { id: String(id) }, body: { name: 'Kay', role: 'user' }, status: 200 }]
  },
  async deleteUser(fixture) {
    const { id } = await makeUser(fixture)
    return [{ params: { id: String(id) }, query: { device_tokens: 'revoke' }, status: 200 }]
  },
  async postGrants(fixture) {
    const { id } = await makeUser(fixture)
    return [{ body: { user: id, vehicle: 'v1', history_from: '2026-11-21T08:00:00Z' }, status: 201 }]
  },
  getGrants: () => [
    { query: { user: '1', vehicle: 'v1', group: 'north', limit: '1' }, status: 200 },
    { status: 200 },
  ],
  async patchGrant(fixture) {
    const { id } = await makeUser(fixture)
    const { body } = await fixture.call('POST', '/api/grants', { body: { user: id, group: 'north' } })
    const params = { id: String(body.id) }
    return [
      { params, body: { history_from: '2026-11-21T08:00:00Z' }, status: 200 },
      { params, body: { history_from: null }, status: 200 },
    ]
  },
  async deleteGrant(fixture) {
    const { id } = await makeUser(fixture)
    const { body } = await fixture.call('POST', '/api/grants', { body: { user: id, group: 'north' } })
    return [{ params: { id: String(body.id) }, status: 204 }]
  },
  async getGroups(fixture) {
    await fixture.call('POST', '/api/vehicles', { body: { key: 'grouped', group: 'west' } })
    return pages
  },
  async patchGroup(fixture) {
    const { id } = await makeUser(fixture)
    return [{ params: { key: 'west' }, body: { owner: id }, status: 200 }]
  },
  postServiceTokens: () => [
    {
      body: { name: 'erp', scopes: ['vehicles:read', 'mqtt:read'], groups: null, lifetime_days: 30 },
      status: 201,
    },
  ],
  getServiceTokens: () => pages,
  async deleteServiceToken(fixture) {
    const { body } = await issueServiceToken(fixture)
    return [{ params: { id: String(body.id) }, status: 204 }]
  },
  getAuditLog: () => [
    { query: { ...times, subject: 'vehicle:v1', actor: 'user:1' }, status: 200 },
    { status: 200 },
  ],
  postVehiclesImport: () => [
    { call: csv('key,tags\nv6,a|b\na b,\n'), query: { dry_run: 'false' }, status: 200 },
  ],
  postDevicesImport: () => [
    { call: csv('key;vehicle\nd6;v1\nd7;none\n'), query: { dry_run: 'false' }, status: 200 },
  ],
  patchVehicle: () => [
    { ...v1, body: { name: 'Bus 1', plate: null, tags: ['a'], attributes: { seats: 50 } }, status: 200 },
  ],
  async deleteVehicle(fixture) {
    await fixture.call('POST', '/api/vehicles', { body: { key: 'gone' } })
    return [{ params: { key: 'gone' }, query: { history: 'delete' }, status: 204 }]
  },
  patchDevice: () => [{ ...d1, body: { name: 'Tracker 1', firmware: '2.0', vehicle: 'v1' }, status: 200 }],
  async deleteDevice(fixture) {
    await fixture.call('POST', '/api/devices', { body: { key: 'gone' } })
    return [{ params: { key: 'gone' }, status: 204 }]
  },
  getDeviceTokens: () => [
    { ...d1, query: { limit: '1' }, status: 200 },
    { ...d1, status: 200 },
  ],
  async deleteDeviceTokens(fixture) {
    await fixture.call('POST', '/api/devices', { body: { key: 'd8' } })
    return [{ params: { key: 'd8' }, status: 200 }]
  },
  getDeadLettersSummary: () => [{ query: { from: times.from, vehicle: 'v1' }, status: 200 }, { status: 200 }],
  deleteDeadLetters: () => [{ query: { code: 'not_utf8', to: times.from }, status: 200 }],
  async deleteDeadLetter({ sql }) {
    const [row] = await sql<{ id: number }[]>`
      insert into rejected_messages (received_at, code, problems, payload)
      values (now(), 'not_json', '[]', 'x') returning id`
    return [{ params: { id: String(row?.id) }, status: 204 }]
  },
  postMqttTokens: () => [{ status: 201 }, { body: {}, status: 201 }],
  postVehicles: () => [
    { body: [{ key: 'v3', name: 'Bus 3' }, { key: 'v4' }], status: 201 },
    { body: { key: 'v5', name: 'Bus 5' }, status: 201 },
  ],
  getVehicles: () => pages,
  getVehicle: () => [{ ...v1, status: 200 }],
  postDevices: () => [
    { body: [{ key: 'd3', vehicle: 'v1', public_key: makeKeyPair().publicKey }, { key: 'd4' }], status: 201 },
    { body: { key: 'd5', name: 'Tracker 5', vehicle: 'v2' }, status: 201 },
  ],
  getDevices: () => pages,
  getDevice: () => [{ ...d1, status: 200 }],
  putDevicePublicKey: () => [{ ...d1, body: { public_key: makeKeyPair().publicKey }, status: 200 }],
  deleteDevicePublicKey: () => [{ ...d1, status: 204 }],
  postDeviceTokens: () => [
    { ...d1, body: { lifetime_days: 1 }, status: 201 },
    { ...d1, status: 201 },
  ],
  postManyDeviceTokens: () => [{ body: { devices: ['d1'], lifetime_days: 3650 }, status: 201 }],
  async deleteDeviceToken(fixture) {
    const { body } = await fixture.call('POST', '/api/devices/d1/tokens', { body: {} })
    return [{ params: { key: 'd1', jti: body.jti }, status: 204 }]
  },
  postVehicleCommands: () => [
    { ...v1, body: { name: 'lock', params: { doors: [1, 2] }, expires_in_s: 60 }, status: 201 },
    { ...v1, body: { name: 'horn' }, status: 201 },
  ],
  getVehicleCommands: () => [
    { ...v1, query: { state: 'queued', limit: '1' }, status: 200 },
    { ...v1, status: 200 },
  ],
  async getVehicleCommand(fixture) {
    const { body } = await fixture.call('POST', '/api/vehicles/v1/commands', { body: { name: 'lock' } })
    return [{ params: { key: 'v1', id: String(body.id) }, status: 200 }]
  },
  async deleteVehicleCommand(fixture) {
    const { body } = await fixture.call('POST', '/api/vehicles/v1/commands', { body: { name: 'lock' } })
    return [{ params: { key: 'v1', id: String(body.id) }, status: 200 }]
  },
  getPresence: () => [
    { query: { online: 'false', group: 'north', limit: '1' }, status: 200 },
    { status: 200 },
  ],
  getPresenceCounts: () => [{ query: { group: 'north' }, status: 200 }, { status: 200 }],
  getTelemetry: () => [
    {
      query: { ...times, vehicles: 'v1,v2', fields: 'speed,lat', where: 'speed>1', order: 'desc' },
      status: 200,
    },
    { query: { group: 'north' }, status: 200 },
  ],
  getTelemetryExport: () => [
    { query: { vehicles: 'v1', format: 'csv' }, status: 200 },
    { query: { vehicles: 'v1', format: 'geojson', geometry: 'line' }, status: 200 },
    { query: { vehicles: 'v1', format: 'gpx' }, status: 200 },
    { query: { vehicles: 'v1', format: 'ndjson' }, status: 200 },
  ],
  getDeviceCompleteness: () => [
    { ...d1, query: { from: day, to: '2026-11-22T00:00:00Z', late_after_s: '0' }, status: 200 },
    { ...d1, status: 200 },
  ],
  getVehicleCompleteness: () => [
    { ...v1, query: { from: day, to: '2026-11-22T00:00:00Z', late_after_s: '0' }, status: 200 },
    { ...v1, status: 200 },
  ],
  postGeofences: () => [
    {
      body: {
        key: 'f1',
        name: 'Depot',
        geometry: {
          type: 'Polygon',
          coordinates: [
            [
              [18, 59],
              [19, 59],
              [19, 60],
            ],
          ],
        },
        hysteresis_m: 30,
        speed_limit: 50,
        schedule: { zone: 'Europe/Stockholm', windows: [{ days: ['mon'], from: '08:00', to: '17:00' }] },
        since: '2026-11-01T00:00:00Z',
      },
      status: 201,
    },
    { body: { key: 'f2', ...circle }, status: 201 },
  ],
  getGeofences: () => [
    { query: { group: 'north', search: 'depot', limit: '1' }, status: 200 },
    { status: 200 },
  ],
  getGeofence: () => [{ params: { key: 'f1' }, status: 200 }],
  patchGeofence: () => [
    { params: { key: 'f2' }, body: { name: 'Gate', hysteresis_m: null, speed_limit: 20.5 }, status: 200 },
  ],
  async deleteGeofence(fixture) {
    await fixture.call('POST', '/api/geofences', { body: { key: 'gone', ...circle } })
    return [{ params: { key: 'gone' }, status: 204 }]
  },
  getGeofenceVehicles: () => [{ params: { key: 'f1' }, query: { limit: '1' }, status: 200 }],
  postGeofencesImport: () => [
    {
      call: { raw: FEATURES, headers: { 'content-type': 'application/geo+json' } },
      query: { dry_run: 'false', radius_m: '50', width_m: '20' },
      status: 200,
    },
  ],
  getGeofencesExport: () => [
    { query: { format: 'geojson' }, status: 200 },
    { query: { format: 'kml', group: 'north' }, status: 200 },
  ],
  getPositions: () => [
    { status: 200 },
    { query: { near: '59.3,18.1', radius: '1000' }, status: 200 },
    { query: { bbox: '10,50,20,60', limit: '1' }, status: 200 },
  ],
  getLive: () => pages,
  getLatest: () => pages,
  getVehicleTelemetry: () => [
    { ...v1, query: times, status: 200 },
    {
      ...v1,
      query: { from: times.from, to: '2026-11-22T00:00:00Z', bucket: '1h', fields: 'speed' },
      status: 200,
    },
    { ...v1, query: { fields: 'speed', points: '10' }, status: 200 },
    { params: { key: 'v2' }, status: 200 },
  ],
  getVehiclePosition: () => [{ ...v1, status: 200 }],
  getVehicleLatest: () => [{ ...v1, status: 200 }],
  getDeadLetters: () => [
    { query: { ...times, payload: 'true', vehicle: 'v1', code: 'out_of_range' }, status: 200 },
    { status: 200 },
  ],
  async postTelemetry(fixture) {
    const { body } = await fixture.call('POST', '/api/devices/d1/tokens', { body: {} })
    const reading = { time: '2026-11-21T09:00:00Z', lat: 59.3, lon: 18.1, speed: 62.5, extra: { a: 1 } }
    return [{ body: reading, call: { token: body.token, body: reading }, status: 201 }]
  },
  getRuleKinds: () => [{ status: 200 }],
  postRules: () => [{ body: { ...RULE, key: 'new' }, status: 201 }],
  getRules: () => [{ query: { limit: '1', kind: 'device_status' }, status: 200 }, { status: 200 }],
  getRule: async (fixture) => [{ params: { key: await makeRule(fixture) }, status: 200 }],
  patchRule: async (fixture) => [
    { params: { key: await makeRule(fixture) }, body: { params: { limit: 80 }, name: 'Fast' }, status: 200 },
  ],
  deleteRule: async (fixture) => [{ params: { key: await makeRule(fixture) }, status: 204 }],
  getEvents: () => [
    {
      query: { ...times, vehicle: 'v1', kind: 'overspeed', state: 'open', severity: 'warning' },
      status: 200,
    },
    { status: 200 },
  ],
  getEvent: async (fixture) => [{ params: { id: await makeEvent(fixture) }, status: 200 }],
  postEventAcknowledge: async (fixture) => [
    { params: { id: await makeEvent(fixture) }, body: { note: 'seen' }, status: 200 },
  ],
  async postDeadLetterReplay(fixture) {
    const { body } = await fixture.call('GET', '/api/dead-letters')
    return [{ params: { id: String(body.items[0].id) }, status: 200 }]
  },
  postDeadLettersReplay: () => [{ query: { ...times, vehicle: 'v1', code: 'out_of_range' }, status: 200 }],
  async getDeadLetter(fixture) {
    const { body } = await fixture.call('GET', '/api/dead-letters')
    return [{ params: { id: String(body.items[0].id) }, status: 200 }]
  },
  getOverview: () => [{ status: 200 }],
  getHealthz: () => [{ status: 200 }],
  getReadyz: () => [{ status: 200 }],
  getMetrics: () => [{ status: 200 }],
  getOpenApi: () => [{ status: 200 }],
}
