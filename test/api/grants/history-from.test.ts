import { expect } from 'chai'
import type { OpenApi } from '../../../api/openapi/document.ts'
import { listHourlyBuckets } from '../../../api/history/hourly-bucket-queries.ts'
import { makeClaims } from '../../../contract/claims.ts'
import { expectProblem, makeToken, type Answer } from '../fixture.ts'
import { at, openHistoryFixture, type HistoryFixture } from '../history/history-fixture.ts'
import { insertEvent } from '../events/insert-event.ts'
import { issueServiceToken } from '../service-tokens/service-token.ts'

/** The start of the grant of `lent`. */
const FROM = at(600)
const DAY = 'from=2026-11-21T00:00:00Z&to=2026-11-22T00:00:00Z'
const HOURS = 'from=2026-11-21T06:00:00Z&to=2026-11-21T10:00:00Z'
/** Matches only data from before the grant's start: times with these seconds, and earlier values, which are the largest. */
const MARK = /2026-11-21T0(?:[0-7]:\d\d|8:0\d):(?!00)|123\.4375|34\.2881|of_before|b2ZfYmVmb3Jl/

/**
 * Queries for each route that is read with a login. Those with `past` show an administrator data of `lent` from before
 * the grant's start. Otherwise the test would look for data that does not exist.
 */
const ROUTES: Record<string, { asked: string[]; past: boolean }> = {
  '/api/vehicles': { asked: [''], past: false },
  '/api/vehicles/{key}': { asked: [''], past: false },
  '/api/devices': { asked: [''], past: false },
  '/api/devices/{key}': { asked: [''], past: false },
  '/api/devices/{key}/tokens': { asked: [''], past: true },
  '/api/groups': { asked: [''], past: false },
  '/api/vehicles/{key}/commands': { asked: ['', '?state=expired'], past: true },
  '/api/vehicles/{key}/commands/{id}': { asked: [''], past: true },
  '/api/telemetry': {
    asked: [
      '?vehicles=lent',
      '?vehicles=lent,own&order=desc',
      `?vehicles=lent&fields=speed&bucket=1h&${HOURS}`,
      `?vehicles=lent,own&fields=speed&bucket=5m&${HOURS}`,
      '?vehicles=lent,own&fields=speed&points=100',
    ],
    past: true,
  },
  '/api/vehicles/{key}/telemetry': {
    asked: [
      '',
      '?order=desc',
      '?to=2026-11-21T08:05:00Z',
      '?where=speed>100',
      `?fields=speed&bucket=1h&aggregates=max&${HOURS}`,
      `?fields=speed&bucket=1d&tz=Europe/Stockholm&${DAY}`,
      `?fields=speed&bucket=1h&fill=previous&aggregates=last&${HOURS}`,
      '?fields=speed&points=100',
    ],
    past: true,
  },
  '/api/vehicles/{key}/position': { asked: [''], past: false },
  '/api/vehicles/{key}/latest': { asked: [''], past: true },
  '/api/latest': { asked: ['', '?bbox=34,34,35,35', '?near=34.2881,34.2881&radius=1000'], past: true },
  '/api/telemetry/export': {
    asked: [
      '?vehicles=lent&format=csv',
      '?vehicles=lent,own&format=ndjson',
      '?vehicles=lent&format=geojson',
      '?vehicles=lent&format=geojson&geometry=line',
      '?vehicles=lent&format=gpx',
    ],
    past: true,
  },
  '/api/devices/{key}/completeness': { asked: [`?${DAY}`], past: true },
  '/api/vehicles/{key}/completeness': { asked: [`?${DAY}`], past: false },
  '/api/positions': {
    asked: ['', '?bbox=34,34,35,35', '?near=34.2881,34.2881&radius=1000'],
    past: true,
  },
  '/api/live': { asked: [''], past: true },
  '/api/presence': { asked: ['', '?vehicle=lent', '?online=true'], past: true },
  '/api/presence/counts': { asked: [''], past: false },
  '/api/dead-letters': { asked: ['', '?vehicle=lent', '?payload=true'], past: true },
  '/api/dead-letters/{id}': { asked: [''], past: true },
  '/api/dead-letters/summary': { asked: ['', '?vehicle=lent'], past: true },
  '/api/journeys': { asked: ['', '?vehicle=lent', `?${HOURS}`], past: true },
  '/api/vehicles/{key}/journeys': { asked: ['', `?${HOURS}`], past: true },
  '/api/geofences': { asked: [''], past: false },
  '/api/geofences/{key}': { asked: [''], past: false },
  '/api/geofences/export': { asked: ['?format=geojson', '?format=kml'], past: false },
  '/api/geofences/{key}/vehicles': { asked: [''], past: false },
  '/api/channels': { asked: [''], past: false },
  '/api/channels/{key}': { asked: [''], past: false },
  '/api/deliveries': { asked: [''], past: false },
  '/api/deliveries/{id}': { asked: [''], past: false },
  '/api/rule-kinds': { asked: [''], past: false },
  '/api/rules': { asked: [''], past: false },
  '/api/rules/{key}': { asked: [''], past: false },
  '/api/events': { asked: ['', '?vehicle=lent', `?${HOURS}`], past: true },
  '/api/events/{id}': { asked: [''], past: true },
  '/api/me': { asked: [''], past: false },
  '/api/users': { asked: [''], past: false },
  '/api/users/{id}': { asked: [''], past: false },
  '/api/grants': { asked: [''], past: false },
  '/api/service-tokens': { asked: [''], past: false },
  '/api/audit-log': { asked: [''], past: false },
  '/api/overview': { asked: [''], past: false },
}

describe('grants with a history start', () => {
  let fixture: HistoryFixture
  let ids: Record<'command' | 'letter' | 'event' | 'user', number> & { delivery: string }
  before(async () => {
    fixture = await openHistoryFixture()
    const { sql } = fixture
    const [user] = await sql<{ id: number }[]>`select id from users where email = 'user@localhost'`
    await sql`update users set created_at = now()`
    for (const vehicle of ['lent', 'own']) {
      const isLent = vehicle === 'lent'
      const before = isLent ? { speed: 123.4375, lat: 34.2881, lon: 34.2881, status: 'of_before' } : {}
      const place = { speed: 50, lat: 1, lon: 1 }
      const then = (seconds: number) => at(isLent ? seconds : seconds + 36_000)
      await fixture.insert(vehicle, [
        { time: then(-3597), ...place, ...before, seq: 1 },
        { time: then(3), ...place, ...before, seq: 3 },
        { time: then(599.999), ...place, ...before, seq: 4 },
        { time: then(600), ...place, seq: 8 },
        { time: then(700), ...place, speed: 60, seq: 10 },
      ])
    }
    const [command] = await sql<{ id: number }[]>`
      insert into commands (vehicle_id, name, params, created_at, expires_at)
      select id, 'of_before', '{}', ${at(3)}::text::timestamptz, ${at(30)}::text::timestamptz from vehicles where key = 'lent'
      returning id`
    await sql`
      insert into commands (vehicle_id, name, params, created_at, expires_at)
      select id, 'of_after', '{}', ${at(610)}::text::timestamptz, ${at(640)}::text::timestamptz from vehicles where key = 'lent'`
    const reject = async (code: string, time: string) => {
      const [row] = await sql<{ id: number }[]>`
        insert into rejected_messages (received_at, vehicle_id, device_id, code, problems, payload)
        select ${time}::text::timestamptz, vehicle_id, devices.id, ${code}, '[]', ${Buffer.from(code)}
        from devices join vehicles on vehicles.id = vehicle_id where vehicles.key = 'lent' returning id`
      return row?.id ?? 0
    }
    const letter = await reject('of_before', at(599))
    await reject('not_json', at(600))
    // Both hours are partly visible: the duplicates of 08:00 may be from before.
    for (const hour of [at(-3600), at(0), at(3600)])
      await sql`
        insert into duplicate_counts (device_id, vehicle_id, hour, count)
        select id, vehicle_id, ${hour}::text::timestamptz, 100 from devices where key = 'd-lent'`
    await sql`
      insert into device_presence (device_id, since, last_seen_at)
      select id, ${at(3)}::text::timestamptz, ${at(3)}::text::timestamptz from devices where key = 'd-lent'`
    await sql`
      insert into device_tokens (jti, device_id, issued_at, expires_at, last_used_at)
      select gen_random_uuid(), id, now(), now() + interval '1 day', ${at(3)}::text::timestamptz from devices where key = 'd-lent'`
    await sql`
      insert into rules (key, kind, params, scope, severity, for_fleet, owner_id)
      values ('lent', 'idling', '{}', '{"all": true}', 'info', false, ${user?.id ?? 0})`
    const alert = { vehicle: 'lent', rule: 'device-alerts', startedAt: at(3) }
    const event = await insertEvent(sql, alert, { ended_at: at(700), place: 'of_before' })
    await sql`
      insert into journeys (vehicle_id, kind, from_time, to_time, final_time, as_of, moving_ms, idle_ms, judged_ms, start_place)
      select id, 'trip', ${at(3)}, ${at(700)}, ${at(700)}, ${at(700)}, 0, 0, 0, 'of_before' from vehicles where key = 'lent'`
    await fixture.call('POST', '/api/geofences', {
      token: fixture.user,
      body: { key: 'lent', geometry: { type: 'Point', coordinates: [34.29, 34.29] }, radius_m: 5000 },
    })
    await sql`insert into channels (key, kind, created_by) values ('lent', 'mqtt', ${user?.id ?? 0})`
    const [delivery] = await sql<{ id: string }[]>`
      insert into deliveries (channel_id, event_id, vehicle_id, reason, event_time, payload)
      select channels.id, ${event}, vehicles.id, 'raised', ${at(3)}, '{"place": "of_before"}'
      from channels, vehicles where channels.key = 'lent' and vehicles.key = 'lent'
      returning deliveries.id`
    ids = { delivery: delivery?.id ?? '', command: command?.id ?? 0, letter, event, user: user?.id ?? 0 }
  })
  after(() => fixture.close())
  beforeEach(async () => {
    await limit(FROM)
    await fixture.sql`delete from grants where vehicle_id is null and group_key <> 'north'`
    await fixture.sql`update vehicles set group_key = null, created_by = null where key = 'lent'`
    await fixture.sql`update devices set created_by = null where key = 'd-lent'`
    await place(at(3))
  })

  const limit = (from: string | null) => fixture.sql`
    update grants set history_from = ${from}::text::timestamptz where vehicle_id = (select id from vehicles where key = 'lent')`
  /** Sets the newest position of the vehicle, as brokers do. */
  const place = (time: string) => fixture.sql`
    insert into positions (vehicle_id, time, received_at, lat, lon, speed, status)
    select id, ${time}::text::timestamptz, ${time}::text::timestamptz, 34.2881, 34.2881, 123.4375, 'sos'
    from vehicles where key = 'lent'
    on conflict (vehicle_id) do update set time = excluded.time, received_at = excluded.received_at`
  const fill = (path: string) =>
    path
      .replace('{key}', path.includes('/devices/') ? 'd-lent' : 'lent')
      .replace(
        '{id}',
        String(
          path.includes('commands')
            ? ids.command
            : path.includes('deliveries')
              ? ids.delivery
              : path.includes('events')
                ? ids.event
                : path.includes('users')
                  ? 1
                  : ids.letter,
        ),
      )
  const textOf = ({ body }: Answer) => (typeof body === 'string' ? body : JSON.stringify(body))
  const get = async (path: string, token = fixture.user): Promise<Answer['body']> => {
    const { status, body } = await fixture.get(path, token)
    expect(status, JSON.stringify(body)).to.equal(200)
    return body
  }
  const speedsOf = async (token = fixture.user) =>
    (await get('/api/vehicles/lent/telemetry?fields=speed', token)).items.map(
      (it: { speed: number }) => it.speed,
    )

  it('every route that is read with a login has queries here', async () => {
    const { body } = await fixture.call('GET', '/api/openapi.json')
    const read = Object.entries((body as OpenApi).paths)
      .filter(([, methods]) => methods['get']?.security.some((it) => 'bearer' in it))
      .map(([path]) => path)
    expect(Object.keys(ROUTES).toSorted()).to.deep.equal(read.toSorted())
  })

  for (const [path, { asked, past }] of Object.entries(ROUTES)) {
    it(`a grant hides what happened before its start at GET ${path}`, async () => {
      for (const query of asked) {
        const url = fill(path) + query
        const theirs = await fixture.get(url, fixture.user)
        expect(textOf(theirs), url).to.not.match(MARK)
        // Nor is it an error: callers get less data, or the reply for nonexistent data.
        expect(theirs.status, url).to.be.oneOf(path.endsWith('{id}') ? [200, 403, 404] : [200, 403])
        if (past && query !== '?online=true') expect(textOf(await fixture.get(url)), url).to.match(MARK)
      }
    })
  }

  it('a grant hides the past even in lists of over a thousand vehicles', async () => {
    await fixture.sql`
      insert into vehicles (key, created_by) select 'own-' || n, ${ids.user} from generate_series(1, 1001) n`
    for (const path of ['/api/live', '/api/positions', '/api/presence', '/api/dead-letters'])
      for (const query of ROUTES[path]?.asked ?? []) {
        const url = path + query
        expect(textOf(await fixture.get(url, fixture.user)), url).to.not.match(MARK)
      }
    expect((await get('/api/presence/counts')).offline).to.equal(0)
    await fixture.sql`delete from vehicles where created_by = ${ids.user} and key like 'own-%'`
  })

  it("nothing is hidden from administrators, service tokens and the vehicle's owner", async () => {
    const { body } = await issueServiceToken(fixture, { scopes: ['history:read'], groups: null })
    await fixture.sql`update vehicles set created_by = ${ids.user} where key = 'lent'`
    for (const token of [makeToken(), body.token, fixture.user])
      expect(await speedsOf(token)).to.have.length(5)
    expect(
      (await get('/api/live')).items.find((it: { vehicle: string }) => it.vehicle === 'lent'),
    ).to.include({
      last_state: 'alert',
      time: at(3),
    })
    expect((await get('/api/dead-letters')).items).to.have.length(2)
  })

  it("everything at or after the grant's start is visible", async () => {
    expect(await speedsOf()).to.deep.equal([50, 60])
    expect((await get('/api/vehicles/lent/position')).time).to.equal(at(700))
    await limit(at(701))
    expectProblem(await fixture.get('/api/vehicles/lent/position', fixture.user), 404, 'not_found')
    await limit(FROM)
    await place(at(700))
    expect((await get('/api/positions')).items.map((it: { vehicle: string }) => it.vehicle)).to.include(
      'lent',
    )
    expect((await get('/api/vehicles/lent/commands')).items).to.have.length(1)
    expect((await get('/api/dead-letters/summary')).items).to.deep.equal([
      { code: 'not_json', count: 1, newest: FROM },
    ])
    const [bucket] = (await get(`/api/vehicles/lent/telemetry?fields=speed&bucket=1h&${HOURS}`)).items
    expect(bucket).to.deep.equal({
      time: at(0),
      speed: { min: 50, max: 60, avg: 55, first: 50, last: 60, count: 2 },
    })
    expect((await get('/api/vehicles/lent/telemetry?fields=speed&points=100')).items).to.have.length(2)
    const csv = await get('/api/telemetry/export?vehicles=lent&format=csv&fields=speed')
    expect(csv.trim().split('\n')).to.have.length(3)
  })

  it("completeness counts from the grant's start on, and misses nothing from before", async () => {
    const counts = { received: 3, stored: 2, duplicates: 0, rejected: 1 }
    const ofDay = await get(`/api/devices/d-lent/completeness?${DAY}`)
    expect(ofDay.counts).to.include({ ...counts, received: 103, duplicates: 100 })
    expect(ofDay).to.include({ first_seq: 8, last_seq: 10, missing_total: 1 })
    const ofVehicle = await get(`/api/vehicles/lent/completeness?${DAY}`)
    expect(ofVehicle.counts).to.include({ ...counts, received: 103, duplicates: 100 })
    const behind = await get(`/api/devices/d-lent/completeness?from=${at(600)}&to=${at(3600)}`)
    expect(behind.counts).to.include({ stored: 2, duplicates: 0, rejected: 1 })
    expect(behind.missing).to.deep.equal([
      { from_seq: 9, to_seq: 9, count: 1, after: at(600), before: at(700) },
    ])
    await limit(at(650))
    const later = await get(`/api/devices/d-lent/completeness?from=${at(600)}&to=${at(3600)}`)
    expect(later).to.deep.include({ missing: [], missing_total: 0, first_seq: 10 })
  })

  it("a vehicle has no position and no presence from before the grant's start", async () => {
    const live = async () =>
      (await get('/api/live')).items.find((it: { vehicle: string }) => it.vehicle === 'lent')
    expect(await live()).to.have.all.keys('id', 'vehicle', 'name', 'group', 'state', 'last_state', 'is_stale')
    expect(await live()).to.include({ state: 'offline', last_state: 'unknown', is_stale: false })
    const [device] = (await get('/api/presence?vehicle=lent')).items
    expect(device).to.include({ online: false, since: null, last_seen: null })
    const counts = await get('/api/presence/counts')
    expect(counts.offline).to.equal(0)
    expect((await get('/api/presence/counts', makeToken())).offline).to.equal(1)
    await limit(null)
    expect(await live()).to.include({ last_state: 'alert', time: at(3) })
    expect((await get('/api/presence/counts')).offline).to.equal(1)
  })

  it("values from before the grant's start are hidden beside later ones", async () => {
    const { sql } = fixture
    const [lent] = await sql<{ id: number }[]>`select id from vehicles where key = 'lent'`
    const id = lent?.id ?? 0
    await sql`update positions set status = null, speed = null, time = ${FROM}::text::timestamptz where vehicle_id = ${id}`
    const know = (field: string, time: string, value: number | string | boolean) => sql`
      insert into latest_values (vehicle_id, field, time, nth, value)
      values (${id}, ${field}, ${time}::text::timestamptz, 0, ${sql.json(value)})
      on conflict (vehicle_id, field) do update set time = excluded.time`
    await know('speed', at(599), 123.4375)
    await know('status', at(599), 'sos')
    await know('heading', at(599), 200)
    await know('extra.of_before', at(599), 1)
    await know('ignition', at(600), true)
    const live = async (token: string) =>
      (await get('/api/live', token)).items.find((it: { vehicle: string }) => it.vehicle === 'lent')
    const ofVehicle = async (token: string) => (await get('/api/vehicles/lent/latest', token)).values
    const inList = async (token: string) =>
      (await get('/api/latest', token)).items.find((it: { vehicle: string }) => it.vehicle === 'lent').values
    try {
      expect(await live(makeToken())).to.include({ last_state: 'alert', last_state_time: at(599) })
      expect(await live(fixture.user)).to.include({
        last_state: 'idling',
        last_state_time: at(600),
        time: at(600),
      })
      for (const read of [ofVehicle, inList]) {
        expect(await read(makeToken())).to.have.all.keys(
          'lat',
          'lon',
          'speed',
          'heading',
          'ignition',
          'status',
          'extra',
        )
        expect(await read(fixture.user)).to.have.all.keys('lat', 'lon', 'ignition')
      }
      await sql`update latest_values set time = ${at(599)}::text::timestamptz where vehicle_id = ${id}`
      await sql`update positions set time = ${at(599)}::text::timestamptz where vehicle_id = ${id}`
      for (const read of [ofVehicle, inList]) expect(await read(fixture.user)).to.deep.equal({})
      expect((await get('/api/latest?bbox=34,34,35,35')).items).to.deep.equal([])
      expect(await live(fixture.user)).to.include({ last_state: 'unknown', is_stale: false })
    } finally {
      await sql`delete from latest_values where vehicle_id = ${id}`
    }
  })

  it("the last report over HTTP is visible only if it is after the grant's start", async () => {
    const { sql } = fixture
    const report = (time: string) => sql`
      insert into device_reports (device_id, since, seen_at)
      select id, ${time}::text::timestamptz, ${time}::text::timestamptz from devices where key = 'd-lent'
      on conflict (device_id) do update set since = excluded.since, seen_at = excluded.seen_at`
    const presence = async () => (await get('/api/presence?vehicle=lent')).items[0]
    const counts = async () => get('/api/presence/counts')
    try {
      // Such a device goes offline STALE_AFTER_S after its last report.
      await report(at(-1))
      await limit(at(599.5))
      expect(await presence()).to.include({ online: false, since: null, last_seen: null })
      expect((await counts()).offline).to.equal(0)
      await limit(at(599))
      expect(await presence()).to.include({ since: at(599), last_seen: null })
      await report(at(600))
      expect(await presence()).to.include({ since: at(1200), last_seen: at(600) })
      expect((await counts()).offline).to.equal(1)
    } finally {
      await sql`delete from device_reports`
    }
  })

  it('the earliest of several grants applies, and a grant without a start lifts the limit', async () => {
    await fixture.sql`insert into groups (key) values ('pool') on conflict do nothing`
    await fixture.sql`update vehicles set group_key = 'pool' where key = 'lent'`
    const grantGroup = (from: string | null) => fixture.sql`
      insert into grants (user_id, group_key, history_from) values (${ids.user}, 'pool', ${from}::text::timestamptz)
      on conflict (user_id, group_key) where group_key is not null do update set history_from = excluded.history_from`
    await grantGroup(at(650))
    expect(await speedsOf()).to.have.length(2)
    await grantGroup(at(-10))
    expect(await speedsOf()).to.have.length(4)
    await grantGroup(null)
    expect(await speedsOf()).to.have.length(5)
    await limit(null)
    await grantGroup(at(650))
    expect(await speedsOf()).to.have.length(5)
  })

  it("a grant's start limits only the grant's vehicles", async () => {
    const speeds = (await get('/api/telemetry?vehicles=own,lent&fields=speed')).items
    const of = (vehicle: string) => speeds.filter((it: { vehicle: string }) => it.vehicle === vehicle)
    expect(of('own')).to.have.length(5)
    expect(of('lent')).to.have.length(2)
  })

  it('a start in the future shows the vehicle without any history', async () => {
    await limit('2100-01-01T00:00:00Z')
    expect(await speedsOf()).to.deep.equal([])
    expect((await get('/api/vehicles/lent')).key).to.equal('lent')
    expectProblem(await fixture.get('/api/vehicles/lent/position', fixture.user), 404, 'not_found')
    expect((await get('/api/telemetry/export?vehicles=lent&format=ndjson')) as string).to.equal('')
  })

  it("a cursor from before the grant's start does not lead past it", async () => {
    const { next_cursor } = await get('/api/vehicles/lent/telemetry?limit=1', makeToken())
    const { items } = await get(`/api/vehicles/lent/telemetry?fields=speed&cursor=${next_cursor}`)
    expect(items.map((it: { speed: number }) => it.speed)).to.deep.equal([50, 60])
    const backward = await get('/api/vehicles/lent/telemetry?limit=1&order=desc')
    const last = await get(`/api/vehicles/lent/telemetry?limit=5&order=desc&cursor=${backward.next_cursor}`)
    expect(last.items).to.have.length(1)
    expect(last.next_cursor).to.equal(null)
  })

  it("a dead letter from before the grant's start cannot be replayed", async () => {
    const replay = (id: number) =>
      fixture.call('POST', `/api/dead-letters/${id}/replay`, { token: fixture.user })
    expectProblem(await replay(ids.letter), 404, 'not_found')
    await limit(null)
    expectProblem(await replay(ids.letter), 403, 'forbidden')
  })

  it('hourly buckets leave out hours that are only partly visible', async () => {
    const caller = makeClaims({
      sub: String(ids.user),
      role: 'user',
      aud: 'api',
      jti: '',
      nowS: 0,
      lifetimeS: 60,
    })
    const fromUs = Date.parse(at(-7200)) * 1000
    const toUs = Date.parse(at(39_600)) * 1000
    const buckets = { fromUs, toUs, firstUs: fromUs, widthUs: 3_600_000_000, count: 13 }
    const asked = { fields: ['speed'], aggregates: ['max'], buckets, conditions: [] } as const
    const vehicles = { keys: ['own', 'lent'], caller }
    const rows = await listHourlyBuckets(fixture.sql, { vehicles, ...asked })
    expect(rows.map(({ place: n }) => n)).to.deep.equal([1, 1])
  })

  describe('grants with a history start over the API', () => {
    const grants = async () => (await get('/api/grants?vehicle=n1', makeToken())).items
    const create = (body: object) =>
      fixture.call('POST', '/api/grants', { body: { user: ids.user, vehicle: 'n1', ...body } })
    afterEach(
      () => fixture.sql`delete from grants where vehicle_id = (select id from vehicles where key = 'n1')`,
    )

    it("a grant's start is set, shown, changed and noted in the audit log", async () => {
      const { status, body } = await create({ history_from: '2026-11-21T09:00:00+01:00' })
      expect(status, JSON.stringify(body)).to.equal(201)
      expect(body.history_from).to.equal(at(0))
      expect(await grants()).to.deep.equal([body])
      const patch = (it: object) => fixture.call('PATCH', `/api/grants/${body.id}`, { body: it })
      expect((await patch({ history_from: at(5) })).body).to.deep.equal({ ...body, history_from: at(5) })
      expect((await patch({})).body.history_from).to.equal(at(5))
      expect((await patch({ history_from: null })).body.history_from).to.equal(null)
      expect((await grants())[0].history_from).to.equal(null)
      const log = await get(`/api/audit-log?subject=grant:${body.id}`, makeToken())
      const shown = { user: ids.user, vehicle: 'n1', group: null }
      expect(
        log.items.map(({ action, before, after }: Record<string, unknown>) => ({ action, before, after })),
      ).to.deep.equal([
        {
          action: 'grant.update',
          before: { ...shown, history_from: at(5) },
          after: { ...shown, history_from: null },
        },
        {
          action: 'grant.update',
          before: { ...shown, history_from: at(0) },
          after: { ...shown, history_from: at(5) },
        },
        { action: 'grant.create', before: null, after: { ...shown, history_from: at(0) } },
      ])
    })

    it('a grant has no start by default, and invalid times are refused with a hint', async () => {
      const { body } = await create({})
      expect(body.history_from).to.equal(null)
      const faulty = await fixture.call('PATCH', `/api/grants/${body.id}`, {
        body: { history_from: '1795946400' },
      })
      expectProblem(faulty, 400, 'invalid_request', ['/history_from'])
      expect(faulty.body.errors[0].detail).to.include('this looks like seconds')
      const post = await create({ history_from: 'yesterday' })
      expectProblem(post, 400, 'invalid_request', ['/history_from'])
      expectProblem(await fixture.call('PATCH', '/api/grants/999999', { body: {} }), 404, 'not_found')
    })
  })
})
