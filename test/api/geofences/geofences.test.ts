import { expect } from 'chai'
import { addUser, expectProblem, openFixture, readPages, type Call, type Fixture } from '../fixture.ts'
import { issueServiceToken } from '../service-tokens/service-token.ts'

const SQUARE = {
  type: 'Polygon',
  coordinates: [
    [
      [18, 59],
      [18.1, 59],
      [18.1, 59.1],
      [18, 59.1],
      [18, 59],
    ],
  ],
}
const circle = (radius_m = 100) => ({ geometry: { type: 'Point', coordinates: [18, 59] }, radius_m })

describe('geofences', () => {
  let fixture: Fixture
  let user: { id: number; token: string }
  let other: { id: number; token: string }
  before(async () => (fixture = await openFixture()))
  after(() => fixture.close())
  beforeEach(async () => {
    const { sql } = fixture
    await sql`truncate geofences, geofence_versions, vehicles, devices, grants, groups, audit_log, telemetry_changes cascade`
    user = await addUser(sql, 'user')
    other = await addUser(sql, 'user')
  })

  const call = (method: string, path: string, more: Call = {}) =>
    fixture.call(method, `/api/geofences${path}`, more)
  const post = (body: object, more: Call = {}) => call('POST', '', { body, ...more })
  const versions = () => fixture.sql<{ key: string; from: Date; to: Date | null; radius: number }[]>`
    select key, valid_from as "from", valid_to as "to", radius_m as radius from geofence_versions
    order by geofence_id, valid_from
  `
  const changes = async () => {
    const rows = await fixture.sql<{ vehicle: string; from: Date; to: string }[]>`
      select vehicles.key as vehicle, from_time as "from", to_time::text as to
      from telemetry_changes, unnest(vehicle_ids, from_times, to_times) as it (id, from_time, to_time)
      join vehicles using (id) order by committed_at, vehicles.key
    `
    await fixture.sql`truncate telemetry_changes`
    return rows
  }

  it('creates, reads, changes and deletes a geofence', async () => {
    const made = await post({ key: 'depot', name: 'Depot', geometry: SQUARE, speed_limit: 30 })
    expect(made.status, JSON.stringify(made.body)).to.equal(201)
    expect(made.headers.get('location')).to.equal('/api/geofences/depot')
    const { valid_from, created_at, ...fields } = made.body
    expect([typeof valid_from, typeof created_at]).to.deep.equal(['string', 'string'])
    expect(fields).to.deep.equal({
      key: 'depot',
      name: 'Depot',
      group: null,
      geometry: SQUARE,
      radius_m: null,
      width_m: null,
      hysteresis_m: 25,
      speed_limit: 30,
      schedule: null,
    })
    expect((await call('GET', '/depot')).body).to.deep.equal(made.body)

    const schedule = { zone: 'Europe/Stockholm', windows: [{ days: ['mon'], from: '08:00', to: '17:00' }] }
    const patched = await call('PATCH', '/depot', { body: { name: null, speed_limit: 50, schedule } })
    expect([patched.body.name, patched.body.speed_limit, patched.body.schedule]).to.deep.equal([
      '',
      50,
      schedule,
    ])
    expect((await call('GET', '/depot')).body).to.deep.equal(patched.body)
    expect((await call('DELETE', '/depot')).status).to.equal(204)
    expect((await call('GET', '/depot')).status).to.equal(404)

    const { body: log } = await fixture.call('GET', '/api/audit-log?subject=geofence:depot')
    expect(log.items.map((it: { action: string }) => it.action)).to.deep.equal([
      'geofence.delete',
      'geofence.update',
      'geofence.create',
    ])
  })

  it('a circle of less than 75 m has a third of its radius as hysteresis', async () => {
    expect((await post({ key: 'small', ...circle(30) })).body.hysteresis_m).to.equal(10)
    expectProblem(await post({ key: 'tiny', ...circle(30), hysteresis_m: 11 }), 400, 'invalid_request', [
      '/hysteresis_m',
    ])
  })

  it('a radius belongs to a point, and a width to a line', async () => {
    const line = {
      type: 'LineString',
      coordinates: [
        [18, 59],
        [19, 59],
      ],
    }
    const point = { type: 'Point', coordinates: [18, 59] }
    const refused = async (body: object, ...pointers: string[]) =>
      expectProblem(await post({ key: 'k', ...body }), 400, 'invalid_request', pointers)
    await refused({ geometry: point }, '/radius_m')
    await refused({ geometry: line }, '/width_m')
    await refused({ geometry: SQUARE, radius_m: 5 }, '/radius_m')
    await refused({ geometry: point, radius_m: 5, width_m: 5 }, '/width_m')
    await refused({ geometry: point, radius_m: 0 }, '/radius_m')
    await refused({ geometry: { type: 'MultiPoint', coordinates: [] } }, '/geometry/type')
    await refused({ geometry: { ...point, coordinates: [18, 95] }, radius_m: 5 }, '/geometry/coordinates')
    expect((await post({ key: 'road', geometry: line, width_m: 20 })).status).to.equal(201)
    const circled = await call('PATCH', '/road', { body: { geometry: point, radius_m: 90 } })
    expect([circled.body.radius_m, circled.body.width_m]).to.deep.equal([90, null])
  })

  it('points to the ring that crosses itself', async () => {
    const bow = {
      type: 'Polygon',
      coordinates: [
        [
          [0, 0],
          [1, 1],
          [1, 0],
          [0, 1],
          [0, 0],
        ],
      ],
    }
    const answer = await post({ key: 'bow', geometry: bow })
    expectProblem(answer, 400, 'invalid_request', ['/geometry/coordinates/0'])
    expect(answer.body.detail).to.contain('crosses or touches itself: its sides 1 and 3 meet')
  })

  it('refuses an unknown zone, a taken key, the key of the export, and a change of the key', async () => {
    const windows = [{ days: ['mon'], from: '08:00', to: '24:00' }]
    const schedule = { zone: 'Mars/Olympus', windows }
    expectProblem(await post({ key: 'k', geometry: SQUARE, schedule }), 400, 'invalid_request', [
      '/schedule/zone',
    ])
    await post({ key: 'k', geometry: SQUARE })
    expectProblem(await post({ key: 'k', geometry: SQUARE }), 409, 'conflict', ['/key'])
    expectProblem(await post({ key: 'export', geometry: SQUARE }), 400, 'invalid_request', ['/key'])
    expectProblem(await call('PATCH', '/k', { body: { key: 'l' } }), 400, 'invalid_request', ['/key'])
  })

  it('changes a geofence only with a current If-Match', async () => {
    const made = await post({ key: 'k', ...circle() })
    const headers = { 'if-match': made.headers.get('etag') ?? '' }
    expect((await call('PATCH', '/k', { body: { radius_m: 200 }, headers })).status).to.equal(200)
    expectProblem(await call('PATCH', '/k', { body: { radius_m: 300 }, headers }), 412, 'precondition_failed')
    expectProblem(await call('DELETE', '/k', { headers }), 412, 'precondition_failed')
    expect((await call('GET', '/k')).body.radius_m).to.equal(200)
  })

  it('lists pages in order of keys, by group and by part of a name', async () => {
    await post({ key: 'c', name: 'Malmö hamn', ...circle() })
    await post({ key: 'a', group: 'north', ...circle() })
    await post({ key: 'b', group: 'north', ...circle() })
    const keys = async (query: string) =>
      (await readPages(fixture, `/api/geofences${query}`, 1)).map((it: { key: string }) => it.key)
    expect(await keys('')).to.deep.equal(['a', 'b', 'c'])
    expect(await keys('?group=north')).to.deep.equal(['a', 'b'])
    expect(await keys('?search=MALMO')).to.deep.equal(['c'])
  })

  describe('versions', () => {
    it('an edit acts from now on, and the version before it stays for late readings', async () => {
      const made = await post({ key: 'k', ...circle(100) })
      const edited = await call('PATCH', '/k', { body: { radius_m: 200 } })
      const from = [made.body.valid_from, edited.body.valid_from].map(Date.parse)
      const rows = await versions()
      expect(rows.map(({ from, to, radius }) => [Number(from), to && Number(to), radius])).to.deep.equal([
        [from[0], from[1], 100],
        [from[1], null, 200],
      ])
    })

    it('`since` replaces what was valid from then on', async () => {
      await post({ key: 'k', ...circle(100), since: '2026-01-01T00:00:00Z' })
      await call('PATCH', '/k', { body: { radius_m: 200, since: '2026-03-01T00:00:00Z' } })
      await call('PATCH', '/k', { body: { radius_m: 300, since: '2026-05-01T00:00:00Z' } })
      await call('PATCH', '/k', { body: { radius_m: 400, since: '2026-02-01T00:00:00Z' } })
      expect(await versions()).to.deep.equal([
        { key: 'k', from: new Date('2026-01-01'), to: new Date('2026-02-01'), radius: 100 },
        { key: 'k', from: new Date('2026-02-01'), to: null, radius: 400 },
      ])
      await call('PATCH', '/k', { body: { radius_m: 500, since: '2025-12-15T00:00:00Z' } })
      expect(await versions()).to.deep.equal([
        { key: 'k', from: new Date('2025-12-15'), to: null, radius: 500 },
      ])
      const old = new Date(Date.now() - 367 * 86_400_000).toISOString()
      expectProblem(await call('PATCH', '/k', { body: { since: old } }), 400, 'invalid_request', ['/since'])
      const future = new Date(Date.now() + 60_000).toISOString()
      expectProblem(await call('PATCH', '/k', { body: { since: future } }), 400, 'invalid_request', [
        '/since',
      ])
    })

    it('a deleted geofence is valid until its deletion, and its key is free after that', async () => {
      await post({ key: 'k', ...circle(100), since: '2026-01-01T00:00:00Z' })
      await call('DELETE', '/k?since=2026-02-01T00:00:00Z')
      await post({ key: 'k', ...circle(200), since: '2026-01-15T00:00:00Z' })
      expect(await versions()).to.deep.equal([
        { key: 'k', from: new Date('2026-01-01'), to: new Date('2026-02-01'), radius: 100 },
        { key: 'k', from: new Date('2026-02-01'), to: null, radius: 200 },
      ])
    })

    it('a change without an effect makes no version', async () => {
      await post({ key: 'k', ...circle(100) })
      await changes()
      await call('PATCH', '/k', { body: { radius_m: 100 } })
      expect(await versions()).to.have.length(1)
      expect(await changes()).to.deep.equal([])
    })

    it('the oldest of more than 200 versions become one', async () => {
      await post({ key: 'k', ...circle(100) })
      await fixture.sql`
        update geofence_versions set valid_from = '2020-01-01T00:00:00Z', valid_to = '2020-01-01T00:00:01Z'`
      await fixture.sql`
        insert into geofence_versions (geofence_id, key, name, geometry, radius_m, valid_from, valid_to)
        select geofence_id, key, name, geometry, 100 + n, valid_from + n * interval '1 s',
          case when n < 199 then valid_from + (n + 1) * interval '1 s' end
        from geofence_versions, generate_series(1, 199) as n`
      await fixture.call('POST', '/api/vehicles', { body: { key: 'v' } })
      await call('PATCH', '/k', { body: { radius_m: 500 } })
      const rows = await versions()
      expect(rows).to.have.length(200)
      expect(rows[0]).to.deep.equal({
        key: 'k',
        from: new Date('2020-01-01T00:00:00Z'),
        to: new Date('2020-01-01T00:00:02Z'),
        radius: 101,
      })
      expect((await changes())[0]?.from).to.deep.equal(new Date('2020-01-01T00:00:00Z'))
    })

    it('the versions of the geofence deleted first are forgotten after 1,000 further ones', async () => {
      await fixture.sql`
        insert into geofence_versions (geofence_id, key, name, geometry, radius_m, valid_from, valid_to, created_by)
        select -n, 'k' || n, '', '{"type":"Point"}', 1, '2020-01-01', '2026-01-01'::timestamptz - n * interval '1 h', ${user.id}
        from generate_series(1, 1000) as n`
      await post({ key: 'k', ...circle() }, { token: user.token })
      await call('DELETE', '/k', { token: user.token })
      const keys = (await versions()).map(({ key }) => key)
      expect(keys).to.have.length(1000)
      expect([keys.includes('k'), keys.includes('k999'), keys.includes('k1000')]).to.deep.equal([
        true,
        true,
        false,
      ])
    })
  })

  describe('changes reported to insight', () => {
    beforeEach(async () => {
      await fixture.call('POST', '/api/vehicles', {
        token: user.token,
        body: [{ key: 'u1', group: 'north' }, { key: 'u2' }],
      })
      await fixture.call('POST', '/api/vehicles', { token: other.token, body: { key: 'o1' } })
      await changes()
    })
    const names = async () => (await changes()).map(({ vehicle }) => vehicle)

    it("an administrator's geofence is for all vehicles, from its validity to infinity", async () => {
      await post({ key: 'k', ...circle(), since: '2026-01-01T00:00:00Z' })
      const from = new Date('2026-01-01')
      expect(await changes()).to.deep.equal([
        { vehicle: 'o1', from, to: 'infinity' },
        { vehicle: 'u1', from, to: 'infinity' },
        { vehicle: 'u2', from, to: 'infinity' },
      ])
    })

    it("a user's geofence is for the vehicles of that user", async () => {
      await post({ key: 'k', ...circle() }, { token: user.token })
      expect(await names()).to.deep.equal(['u1', 'u2'])
      await call('PATCH', '/k', { body: { radius_m: 50 } })
      expect(await names()).to.deep.equal(['u1', 'u2'])
      await call('DELETE', '/k', { token: user.token })
      expect(await names()).to.deep.equal(['u1', 'u2'])
    })

    it('a geofence of a group is for its vehicles, and a change of the group is reported to both', async () => {
      await post({ key: 'k', group: 'north', ...circle() })
      expect(await names()).to.deep.equal(['u1'])
      await call('PATCH', '/k', { body: { group: null } })
      expect(await names()).to.deep.equal(['o1', 'u1', 'u2'])
      await call('PATCH', '/k', { body: { group: 'empty' } })
      expect(await names()).to.deep.equal(['o1', 'u1', 'u2'])
    })

    it('a refused change reports nothing and leaves the revision as it was', async () => {
      const revision = () => fixture.sql`select revision from geofence_revision`
      const before = await revision()
      await post({ key: 'k', ...circle(1), hysteresis_m: 9 })
      await call('PATCH', '/none', { body: { radius_m: 5 } })
      expect(await names()).to.deep.equal([])
      expect(await revision()).to.deep.equal(before)
    })
  })

  describe('rights', () => {
    const keysOf = async (token: string) =>
      (await call('GET', '', { token })).body.items.map((it: { key: string }) => it.key)

    it('users see their own geofences, and those of groups in which they see a vehicle', async () => {
      await post({ key: 'admin', ...circle() })
      await post({ key: 'own', ...circle() }, { token: user.token })
      await fixture.call('POST', '/api/vehicles', { token: user.token, body: { key: 'u1', group: 'north' } })
      await post({ key: 'north', group: 'north', ...circle() })
      expect(await keysOf(user.token)).to.deep.equal(['north', 'own'])
      expect(await keysOf(other.token)).to.deep.equal([])
      await fixture.call('POST', '/api/grants', { body: { user: other.id, vehicle: 'u1' } })
      expect(await keysOf(other.token)).to.deep.equal(['north'])
      expectProblem(await call('PATCH', '/north', { token: other.token, body: {} }), 403, 'forbidden')
      expectProblem(await call('DELETE', '/own', { token: other.token }), 404, 'not_found')
    })

    it('only the owner of a group and administrators put geofences into it', async () => {
      await fixture.call('POST', '/api/vehicles', { token: user.token, body: { key: 'u1', group: 'north' } })
      const refused = await post({ key: 'k', group: 'north', ...circle() }, { token: other.token })
      expectProblem(refused, 400, 'invalid_request', ['/group'])
      expect((await post({ key: 'k', group: 'north', ...circle() }, { token: user.token })).status).to.equal(
        201,
      )
      await post({ key: 'o', ...circle() }, { token: other.token })
      const moved = await call('PATCH', '/o', { token: other.token, body: { group: 'north' } })
      expectProblem(moved, 400, 'invalid_request', ['/group'])
    })

    it('a group that a geofence names belongs to its owner still', async () => {
      await post({ key: 'k', group: 'mine', ...circle() }, { token: user.token })
      const taken = await fixture.call('POST', '/api/vehicles', {
        token: other.token,
        body: { key: 'v', group: 'mine' },
      })
      expectProblem(taken, 400, 'invalid_request', ['/group'])
      await call('DELETE', '/k', { token: user.token })
      const free = await fixture.call('POST', '/api/vehicles', {
        token: other.token,
        body: { key: 'v', group: 'mine' },
      })
      expect(free.status).to.equal(201)
    })

    it('a service token of groups has the geofences of its groups', async () => {
      const scopes = ['geofences:read', 'geofences:write']
      await post({ key: 'n', group: 'north', ...circle() })
      const issued = await issueServiceToken(fixture, { scopes, groups: ['north'] })
      expect(issued.status, JSON.stringify(issued.body)).to.equal(201)
      const { token } = issued.body
      await post({ key: 's', group: 'south', ...circle() })
      await post({ key: 'a', ...circle() })
      expect(await keysOf(token)).to.deep.equal(['n'])
      expectProblem(await post({ key: 'x', ...circle() }, { token }), 400, 'invalid_request', ['/group'])
      expectProblem(
        await post({ key: 'x', group: 'south', ...circle() }, { token }),
        400,
        'invalid_request',
        ['/group'],
      )
      expect((await post({ key: 'x', group: 'north', ...circle() }, { token })).status).to.equal(201)
      expect((await call('PATCH', '/n', { token, body: { radius_m: 9 } })).status).to.equal(200)
      expectProblem(await call('PATCH', '/n', { token, body: { group: null } }), 400, 'invalid_request', [
        '/group',
      ])
      expectProblem(await call('DELETE', '/s', { token }), 404, 'not_found')
    })

    it("a user's geofences are for no vehicle after the user was deleted, and administrators see them", async () => {
      await post({ key: 'k', ...circle() }, { token: user.token })
      await fixture.call('DELETE', `/api/users/${user.id}`)
      expect((await call('GET', '/k')).status).to.equal(200)
      const rows = await fixture.sql`select vehicles_of, created_by from geofences`
      expect(rows).to.deep.equal([{ vehicles_of: user.id, created_by: null }])
    })

    it('a user may own 1,000 geofences, and there may be 5,000', async () => {
      const fill = (count: number, owner: number | null) => fixture.sql`
        insert into geofences (key, geometry, radius_m, valid_from, created_by)
        select ${`${owner}-`} || n, '{"type":"Point","coordinates":[18,59]}', 9, now(), ${owner}
        from generate_series(1, ${count}) as n`
      await fill(1000, user.id)
      const over = await post({ key: 'k', ...circle() }, { token: user.token })
      expectProblem(over, 403, 'forbidden')
      expect(over.body.detail).to.equal('you may own at most 1000 geofences, and can create 0 more')
      expect((await post({ key: 'k', ...circle() }, { token: other.token })).status).to.equal(201)
      await fill(3998, null)
      expect((await post({ key: 'l', ...circle() })).status).to.equal(201)
      const full = await post({ key: 'm', ...circle() })
      expect([full.status, full.body.detail]).to.deep.equal([
        403,
        'there may be at most 5000 geofences, and 0 more can be created',
      ])
    })
  })
})
