import { expect } from 'chai'
import { RULE_KIND_NAMES, RULE_PRESETS, type RuleKindName } from '../../../contract/rule-kinds.ts'
import { addUser, expectProblem, openFixture, readPages, type Fixture } from '../fixture.ts'
import { issueServiceToken } from '../service-tokens/service-token.ts'

const LIMIT = { key: 'fast', kind: 'overspeed', params: { limit: 90 }, scope: { all: true } }
/** Required parameters of kinds that have some. */
const REQUIRED: Partial<Record<RuleKindName, object>> = {
  threshold: { field: 'extra.oil_temp', level: 120 },
  geofence_enter: { geofence: 'depot' },
  geofence_exit: { geofence: 'depot' },
  geofence_dwell: { geofence: 'depot' },
  geofence_crossed: { geofence: 'depot' },
  geofence_required: { geofence: 'depot' },
  device_fault: { fault: 'frozen' },
  expression: { expression: 'speed > 50.0' },
}

describe('rules', () => {
  let fixture: Fixture
  let a: { id: number; token: string }
  let b: { id: number; token: string }
  before(async () => (fixture = await openFixture()))
  after(() => fixture.close())
  beforeEach(async () => {
    await fixture.sql`
      truncate rules, rule_versions, vehicles, devices, grants, groups, audit_log, telemetry_changes cascade`
    a = await addUser(fixture.sql, 'user')
    b = await addUser(fixture.sql, 'user')
  })

  const post = (body: object, token?: string) =>
    fixture.call('POST', '/api/rules', { ...(token !== undefined && { token }), body })
  const patch = (key: string, body: object, more: object = {}) =>
    fixture.call('PATCH', `/api/rules/${key}`, { body, ...more })
  const addVehicle = async (
    body: { key: string; group?: string; tags?: string[] },
    token?: string,
  ): Promise<number> => {
    const call = { ...(token !== undefined && { token }), body }
    const { status, body: reply } = await fixture.call('POST', '/api/vehicles', call)
    expect(status, JSON.stringify(reply)).to.equal(201)
    const [row] = await fixture.sql<{ id: number }[]>`select id from vehicles where key = ${body.key}`
    return row?.id ?? 0
  }
  const versions = () => fixture.sql<{ from: number; to: number; params: object; enabled: boolean }[]>`
    select (extract(epoch from valid_from) * 1000)::float8 as from, (extract(epoch from valid_to) * 1000)::float8 as to, params, enabled
    from rule_versions order by rule_id, valid_from`
  /** ids of vehicles, with the earliest times from which their results are to be computed again */
  const changes = async () => {
    const rows = await fixture.sql<{ id: number; from: number; to: string }[]>`
      select id, min((extract(epoch from from_time) * 1000)::float8) as from, max(to_time)::text as to
      from telemetry_changes, unnest(vehicle_ids, from_times, to_times) as it (id, from_time, to_time)
      group by id order by id`
    await fixture.sql`truncate telemetry_changes`
    expect(rows.every(({ to }) => to === 'infinity')).to.equal(true)
    return rows.map(({ id, from }) => [id, from])
  }

  it('a rule is created with the defaults of its kind, and read again', async () => {
    const made = await post(LIMIT)
    expect(made.status, JSON.stringify(made.body)).to.equal(201)
    const { valid_from, created_at, updated_at, ...rest } = made.body
    expect(rest).to.deep.equal({
      key: 'fast',
      name: '',
      kind: 'overspeed',
      params: {
        limit: 90,
        tolerance: 5,
        geofences: 'lowest',
        for_s: 10,
        min_readings: 2,
        clear_s: 10,
        gap_s: 300,
      },
      scope: { all: true },
      severity: 'warning',
      schedule: null,
      notify: [],
      enabled: true,
      owner: null,
    })
    expect(Date.parse(valid_from)).to.be.within(Date.now() - 60_000, Date.now())
    expect(Date.parse(created_at)).to.equal(Date.parse(updated_at))
    expect(made.headers.get('location')).to.equal('/api/rules/fast')
    const read = await fixture.call('GET', '/api/rules/fast')
    expect([read.status, read.body]).to.deep.equal([200, made.body])
    expect(read.headers.get('etag')).to.equal(made.headers.get('etag'))
  })

  it('a rule of each kind can be created with its required parameters alone', async () => {
    for (const kind of RULE_KIND_NAMES) {
      const { status, body } = await post({
        key: kind,
        kind,
        params: REQUIRED[kind] ?? {},
        scope: { all: true },
      })
      expect(status, `${kind} ${JSON.stringify(body)}`).to.equal(201)
      if (kind in REQUIRED) {
        const refused = await post({ key: `${kind}-2`, kind, scope: { all: true } })
        expect(refused.status, kind).to.equal(400)
        expect(refused.body.errors[0]).to.include({ code: 'missing_field' })
      }
      const unknown = await post({
        key: `${kind}-2`,
        kind,
        params: { ...REQUIRED[kind], nonsense: 1 },
        scope: { all: true },
      })
      expectProblem(unknown, 400, 'invalid_request', ['/params/nonsense'])
    }
    const keys = (await readPages(fixture, '/api/rules', 5)).map(({ key }) => key)
    expect(keys).to.deep.equal(RULE_KIND_NAMES.toSorted())
    const { body } = await fixture.call('GET', '/api/rules?kind=idling')
    expect(body.items.map(({ key }: { key: string }) => key)).to.deep.equal(['idling'])
  })

  it('every preset is a valid rule', async () => {
    const { body } = await fixture.call('GET', '/api/rule-kinds')
    expect(body.kinds.map(({ kind }: { kind: string }) => kind)).to.deep.equal(RULE_KIND_NAMES)
    expect(body.presets).to.have.length(Object.keys(RULE_PRESETS).length)
    for (const { preset: key, name, kind, params } of body.presets) {
      const made = await post({ key, name, kind, params, scope: { all: true } })
      expect(made.status, JSON.stringify(made.body)).to.equal(201)
      expect(made.body.params).to.deep.equal(params)
    }
  })

  it('faults are reported with their place', async () => {
    const zone = { zone: 'Europe/Nowhere', windows: [{ days: ['mon'], from: '08:00', to: '17:00' }] }
    const threshold = { field: 'rpm', level: 3000, clear_level: 3500 }
    const faulty: [object, string][] = [
      [{ ...LIMIT, params: { limit: 0 } }, '/params/limit'],
      [{ ...LIMIT, scope: {} }, '/scope'],
      [{ ...LIMIT, scope: { all: true, tags: ['x'] } }, '/scope'],
      [{ ...LIMIT, scope: { all: false } }, '/scope/all'],
      [{ ...LIMIT, scope: { vehicles: ['nothing'] } }, '/scope/vehicles/0'],
      [{ ...LIMIT, scope: { groups: ['nothing'] } }, '/scope/groups/0'],
      [{ ...LIMIT, schedule: zone }, '/schedule/zone'],
      [{ ...LIMIT, kind: 'threshold', params: threshold }, '/params/clear_level'],
      [{ ...LIMIT, kind: 'threshold', params: { field: 'volume', level: 1 } }, '/params/field'],
      [{ ...LIMIT, kind: 'loud' }, '/kind'],
      [{ ...LIMIT, severity: 'fatal' }, '/severity'],
      [{ ...LIMIT, since: '2099-01-01T00:00:00Z' }, '/since'],
      [{ ...LIMIT, since: '2001-01-01T00:00:00Z' }, '/since'],
    ]
    for (const [body, pointer] of faulty) expectProblem(await post(body), 400, 'invalid_request', [pointer])
    expect(await versions()).to.have.length(0)
  })

  it('a taken key is refused, and is free again once the rule is deleted', async () => {
    await post(LIMIT)
    expectProblem(await post(LIMIT), 409, 'conflict', ['/key'])
    expect((await fixture.call('DELETE', '/api/rules/fast')).status).to.equal(204)
    expectProblem(await fixture.call('GET', '/api/rules/fast'), 404, 'not_found')
    expect((await post(LIMIT)).status).to.equal(201)
  })

  it('an edit applies from now on: versions follow each other, and a new name makes none', async () => {
    await post(LIMIT)
    await patch('fast', { name: 'Too fast', key: 'too-fast' })
    expect(await versions()).to.have.length(1)
    const beforeMs = Date.now()
    const { status, body } = await patch('too-fast', { params: { limit: 80 } })
    expect([status, body.params.limit, body.params.tolerance]).to.deep.equal([200, 80, 5])
    const [first, second, ...others] = await versions()
    expect(others).to.deep.equal([])
    expect([first?.params, second?.params].map((it) => (it as { limit: number }).limit)).to.deep.equal([
      90, 80,
    ])
    expect(first?.to)
      .to.equal(second?.from)
      .and.to.be.within(beforeMs - 1, Date.now())
    expect(second?.to).to.equal(Infinity)
    await fixture.call('DELETE', '/api/rules/too-fast')
    const last = (await versions()).at(-1)
    expect(last?.to).to.be.within(beforeMs, Date.now())
  })

  it('with `since` an edit replaces the versions from that time on', async () => {
    const at = (minutes: number) => Date.now() - minutes * 60_000
    await post({ ...LIMIT, since: String(at(120)) })
    const sinceMs = at(60)
    await patch('fast', { params: { limit: 80 } })
    await patch('fast', { params: { limit: 70 }, since: String(sinceMs) })
    const [first, second, ...others] = await versions()
    expect(others).to.deep.equal([])
    expect([first?.to, second?.from, second?.to]).to.deep.equal([sinceMs, sinceMs, Infinity])
    expect(second?.params).to.include({ limit: 70 })
  })

  it('another kind takes none of the old parameters, and another scope none of the old one', async () => {
    await addVehicle({ key: 'v1', group: 'north' })
    await post(LIMIT)
    const { status, body } = await patch('fast', { kind: 'idling', scope: { groups: ['north'] } })
    expect([status, body.scope]).to.deep.equal([200, { groups: ['north'] }])
    expect(body.params).to.deep.equal({ for_s: 120, min_readings: 2, clear_s: 0, gap_s: 300 })
    expectProblem(await patch('fast', { kind: 'expression' }), 400, 'invalid_request', ['/params/expression'])
  })

  it('an invalid expression is refused with its place', async () => {
    const rule = (expression: string) => ({ ...LIMIT, kind: 'expression', params: { expression } })
    const reply = await post(rule('speed > 50 && sped > 3'))
    expectProblem(reply, 400, 'invalid_request', ['/params/expression'])
    expect(JSON.stringify(reply.body)).to.contain('Unknown variable: sped (characters 14 to 18)')
    expectProblem(await post(rule('status.matches("a+")')), 400, 'invalid_request', ['/params/expression'])
    expect((await post(rule('speed - prev.speed > 20'))).status).to.equal(201)
  })

  it('a change of a rule that was changed meanwhile is refused', async () => {
    const etag = (await post(LIMIT)).headers.get('etag') ?? ''
    await patch('fast', { enabled: false })
    expectProblem(
      await patch('fast', { enabled: true }, { headers: { 'if-match': etag } }),
      412,
      'precondition_failed',
    )
    const { status } = await fixture.call('DELETE', '/api/rules/fast', { headers: { 'if-match': etag } })
    expect(status).to.equal(412)
  })

  it('creating, changing and deleting a rule notes the vehicles that it covers, from that time on', async () => {
    const north = await addVehicle({ key: 'v1', group: 'north', tags: ['cold'] })
    const south = await addVehicle({ key: 'v2', group: 'south' })
    const other = await addVehicle({ key: 'v3' })
    await fixture.sql`truncate telemetry_changes`
    const sinceMs = Date.now() - 3_600_000
    await post({ ...LIMIT, scope: { groups: ['north'] }, since: String(sinceMs) })
    expect(await changes()).to.deep.equal([[north, sinceMs]])
    // Those of the old scope as well as those of the new one.
    await patch('fast', { scope: { groups: ['south'] }, since: String(sinceMs) })
    expect(await changes()).to.deep.equal([
      [north, sinceMs],
      [south, sinceMs],
    ])
    await patch('fast', { scope: { tags: ['cold'] }, since: String(sinceMs) })
    await changes()
    await patch('fast', { name: 'Cold' })
    expect(await changes()).to.deep.equal([])
    await patch('fast', { scope: { all: true } })
    expect((await changes()).map(([id]) => id)).to.deep.equal([north, south, other])
    await patch('fast', { scope: { vehicles: ['v3'] } })
    await changes()
    const beforeMs = Date.now() - 1
    await fixture.call('DELETE', '/api/rules/fast')
    const [[id, fromMs] = []] = await changes()
    expect(id).to.equal(other)
    expect(fromMs).to.be.within(beforeMs, Date.now())
  })

  it('a scope of vehicles follows their keys, and loses deleted ones', async () => {
    await addVehicle({ key: 'v1' })
    await addVehicle({ key: 'v2' })
    await post({ ...LIMIT, scope: { vehicles: ['v2', 'v1'] } })
    await fixture.call('PATCH', '/api/vehicles/v1', { body: { key: 'v9' } })
    const { body } = await fixture.call('GET', '/api/rules/fast')
    expect(body.scope).to.deep.equal({ vehicles: ['v2', 'v9'] })
    await fixture.call('DELETE', '/api/vehicles/v2')
    const { body: after } = await fixture.call('GET', '/api/rules/fast')
    expect(after.scope).to.deep.equal({ vehicles: ['v9'] })
  })

  it("a user's rule is seen and changed by that user and administrators only", async () => {
    const made = await post(LIMIT, a.token)
    expect([made.status, made.body.owner]).to.deep.equal([201, a.id])
    await post({ ...LIMIT, key: 'of-fleet' })
    for (const [token, keys] of [
      [a.token, ['fast']],
      [b.token, []],
    ] as const) {
      const { body } = await fixture.call('GET', '/api/rules', { token })
      expect(body.items.map(({ key }: { key: string }) => key)).to.deep.equal(keys)
    }
    expectProblem(await patch('fast', { enabled: false }, { token: b.token }), 404, 'not_found')
    expectProblem(await patch('of-fleet', { enabled: false }, { token: b.token }), 404, 'not_found')
    expect((await patch('fast', { enabled: false })).body.owner).to.equal(a.id)
    const log = await fixture.call('GET', '/api/audit-log?subject=rule:fast')
    expect(log.body.items.map(({ action, actor }: Record<string, string>) => [action, actor])).to.deep.equal([
      ['rule.update', 'user:1'],
      ['rule.create', `user:${a.id}`],
    ])
  })

  it("a user's rule covers what the user may see, and names nothing else", async () => {
    const own = await addVehicle({ key: 'own' }, a.token)
    const granted = await addVehicle({ key: 'granted', group: 'north' })
    await addVehicle({ key: 'foreign', group: 'south' })
    await fixture.call('POST', '/api/grants', { body: { user: a.id, group: 'north' } })
    await fixture.sql`truncate telemetry_changes`
    await post(LIMIT, a.token)
    expect((await changes()).map(([id]) => id)).to.deep.equal([own, granted])
    for (const scope of [{ vehicles: ['own', 'foreign'] }, { groups: ['south'] }]) {
      const { status, body } = await post({ ...LIMIT, key: 'two', scope }, a.token)
      expect([status, body.errors?.[0].pointer]).to.deep.equal([
        400,
        'vehicles' in scope ? '/scope/vehicles/1' : '/scope/groups/0',
      ])
    }
    expect((await post({ ...LIMIT, key: 'two', scope: { groups: ['north'] } }, a.token)).status).to.equal(201)
  })

  it('a service token that is limited to groups has the rules of these groups alone', async () => {
    await addVehicle({ key: 'v1', group: 'north' })
    await addVehicle({ key: 'v2', group: 'south' })
    const issued = await issueServiceToken(fixture, {
      scopes: ['rules:read', 'rules:write'],
      groups: ['north'],
    })
    const { token } = issued.body
    expect((await post(LIMIT, token)).body.errors[0].pointer).to.equal('/scope')
    expect((await post({ ...LIMIT, scope: { groups: ['south'] } }, token)).body.errors[0].pointer).to.equal(
      '/scope/groups/0',
    )
    expect((await post({ ...LIMIT, scope: { groups: ['north'] } }, token)).status).to.equal(201)
    await post({ ...LIMIT, key: 'both', scope: { groups: ['north', 'south'] } })
    await post({ ...LIMIT, key: 'everything' })
    const { body } = await fixture.call('GET', '/api/rules', { token })
    expect(body.items.map(({ key }: { key: string }) => key)).to.deep.equal(['fast'])
    expectProblem(await patch('everything', { enabled: false }, { token }), 404, 'not_found')
  })

  it('each user has a share of the rules, and the fleet keeps its own', async () => {
    const fill = (count: number, owner: number | null) => fixture.sql`
      insert into rules (key, kind, params, scope, severity, for_fleet, owner_id)
      select coalesce(${owner}::bigint, 0) || '-' || n, 'idling', '{}', '{"all": true}', 'info', ${owner === null}, ${owner}
      from generate_series(1, ${count}) as n`
    await fill(20, a.id)
    const refused = await post(LIMIT, a.token)
    expectProblem(refused, 403, 'forbidden')
    expect(refused.body.detail).to.include('20')
    expect((await post(LIMIT, b.token)).status).to.equal(201)
    for (let users = 0; users < 4; users++) await fill(20, (await addUser(fixture.sql, 'user')).id)
    expect((await post({ ...LIMIT, key: 'more' }, b.token)).status).to.equal(403)
    expect((await post({ ...LIMIT, key: 'more' })).status).to.equal(201)
    await fill(98, null)
    expect((await post({ ...LIMIT, key: 'most' })).status).to.equal(403)
  })

  it('a rule whose owner was deleted covers nothing, and administrators may delete it', async () => {
    await addVehicle({ key: 'v1' })
    await post(LIMIT, a.token)
    await fixture.call('DELETE', `/api/users/${a.id}`)
    expect(await changes()).to.have.length(1)
    const { body } = await fixture.call('GET', '/api/rules/fast')
    expect(body.owner).to.equal(null)
    await patch('fast', { params: { limit: 50 } })
    expect(await changes()).to.deep.equal([])
    expect((await fixture.call('DELETE', '/api/rules/fast')).status).to.equal(204)
  })

  it('two changes at once leave versions that follow each other', async () => {
    await post(LIMIT)
    await Promise.all(Array.from({ length: 8 }, (_, n) => patch('fast', { params: { limit: 60 + n } })))
    const rows = await versions()
    for (const [n, row] of rows.entries()) {
      expect(row.to).to.equal(rows[n + 1]?.from ?? Infinity)
      expect(row.from).to.be.lessThan(row.to)
    }
    const { body } = await fixture.call('GET', '/api/rules/fast')
    expect(rows.at(-1)?.params).to.deep.equal(body.params)
  })
})

describe('the default rule', () => {
  let fixture: Fixture
  before(async () => (fixture = await openFixture()))
  after(() => fixture.close())

  it('raises alerts of devices in a new database for all time, until an administrator deletes it', async () => {
    const { body } = await fixture.call('GET', '/api/rules/device-alerts')
    expect(body).to.include({ kind: 'device_status', severity: 'critical', valid_from: null, owner: null })
    expect(body.params.statuses).to.include.members(['sos', 'crash'])
    const same = await fixture.call('POST', '/api/rules', {
      body: { key: 'same', kind: 'device_status', scope: { all: true } },
    })
    expect(same.body.params).to.deep.equal(body.params)
    expect((await fixture.call('DELETE', '/api/rules/device-alerts')).status).to.equal(204)
    expect((await fixture.call('GET', '/api/rules/device-alerts')).status).to.equal(404)
  })
})
