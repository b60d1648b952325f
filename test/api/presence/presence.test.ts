import { expect } from 'chai'
import { addUser, expectProblem, makeToken, openFixture, readPages, type Fixture } from '../fixture.ts'

const PATH = '/api/presence'
const AT = '2026-11-21T08:00:00.000Z'
const SEEN = '2026-11-21T08:30:00.000Z'

describe('presence over the API', () => {
  let fixture: Fixture
  let reader: string
  let deviceOwner: string
  before(async () => {
    fixture = await openFixture()
    const { sql } = fixture
    const ids = await sql<{ id: number }[]>`
      insert into users (email, password_hash, role) values ('a@x', '', 'user'), ('b@x', '', 'user') returning id`
    const [first = 0, second = 0] = ids.map(({ id }) => id)
    await sql`insert into vehicles (key, group_key) values ('v1', 'north'), ('v2', null)`
    await sql`insert into grants (user_id, group_key) values (${first}, 'north')`
    await sql`
      insert into devices (key, vehicle_id, created_by)
      select device, (select id from vehicles where key = vehicle), case when device = 'spare' then ${second}::bigint end
      from (values ('alive', 'v1'), ('crashed', 'v1'), ('forgotten', 'v2'), ('left', 'v2'), ('never', 'v1'), ('spare', null))
        as given (device, vehicle)`
    await sql`
      insert into brokers (id, seen_at) values
        ('00000000-0000-4000-8000-000000000001', now()), ('00000000-0000-4000-8000-000000000002', now() - interval '1 hour')`
    await sql`
      insert into device_presence (device_id, broker_id, since, last_seen_at)
      select devices.id, broker::uuid, ${AT}::text::timestamptz, ${SEEN}::text::timestamptz
      from (values ('alive', '00000000-0000-4000-8000-000000000001'), ('crashed', '00000000-0000-4000-8000-000000000002'),
        ('forgotten', '00000000-0000-4000-8000-000000000003'), ('left', null)) as given (device, broker)
      join devices on devices.key = device`
    const tokenOf = (id: number) => makeToken({ role: 'user', sub: String(id) })
    reader = tokenOf(first)
    deviceOwner = tokenOf(second)
  })
  after(() => fixture.close())

  const get = (query = '', token?: string) =>
    fixture.call('GET', PATH + query, token === undefined ? {} : { token })
  const devicesOf = async (query = '', token?: string) =>
    (await get(query, token)).body.items.map((it: { device: string }) => it.device)

  it('presence shows since when a device is online, or offline since its broker died', async () => {
    const { status, body } = await get()
    expect(status).to.equal(200)
    const [crashed] = await fixture.sql<{ ms: number }[]>`
      select floor(extract(epoch from seen_at) * 1000)::bigint as ms from brokers where seen_at < now() - interval '30 s'`
    expect(Math.floor(Date.parse(body.items[1].since))).to.equal(crashed?.ms)
    const { since } = body.items[1]
    expect(body).to.deep.equal({
      items: [
        { device: 'alive', vehicle: 'v1', group: 'north', online: true, since: AT, last_seen: SEEN },
        { device: 'crashed', vehicle: 'v1', group: 'north', online: false, since, last_seen: SEEN },
        { device: 'forgotten', vehicle: 'v2', group: null, online: false, since: SEEN, last_seen: SEEN },
        { device: 'left', vehicle: 'v2', group: null, online: false, since: AT, last_seen: SEEN },
        { device: 'never', vehicle: 'v1', group: 'north', online: false, since: null, last_seen: null },
        { device: 'spare', vehicle: null, group: null, online: false, since: null, last_seen: null },
      ],
      next_cursor: null,
    })
  })

  it('a device that reports over HTTP is online for STALE_AFTER_S after a report', async () => {
    const report = (secondsAgo: number) => fixture.sql`
      insert into device_reports (device_id, since, seen_at)
      select id, ${AT}::text::timestamptz, now() - make_interval(secs => ${secondsAgo}) from devices where key = 'never'
      on conflict (device_id) do update set seen_at = excluded.seen_at`
    const found = async () => (await get('?vehicle=v1')).body.items.at(-1)
    const counts = async () => (await get('/counts')).body
    await report(590)
    expect(await found()).to.include({ device: 'never', online: true, since: AT })
    expect(Date.now() - Date.parse((await found()).last_seen)).to.be.within(590_000, 600_000)
    expect(await devicesOf('?online=true')).to.deep.equal(['alive', 'never'])
    expect(await counts()).to.deep.equal({ online: 2, offline: 3, never: 1 })
    await report(660)
    const { online, since, last_seen } = await found()
    expect(online).to.equal(false)
    expect(Date.parse(since) - Date.parse(last_seen)).to.equal(600_000)
    expect(await counts()).to.deep.equal({ online: 1, offline: 4, never: 1 })
    await fixture.sql`delete from device_reports`
  })

  it('presence is filtered by state, vehicle and group, in pages without gaps or repeats', async () => {
    expect(await devicesOf('?online=true')).to.deep.equal(['alive'])
    const offline = ['crashed', 'forgotten', 'left', 'never', 'spare']
    for (const limit of [1, 2, 5]) {
      const items = await readPages(fixture, `${PATH}?online=false`, limit)
      expect(items.map(({ device }) => device)).to.deep.equal(offline)
    }
    expect(await devicesOf('?group=north')).to.deep.equal(['alive', 'crashed', 'never'])
    expect(await devicesOf('?group=north&online=false')).to.deep.equal(['crashed', 'never'])
    expect(await devicesOf('?group=south')).to.deep.equal([])
    expect(await devicesOf('?vehicle=v2')).to.deep.equal(['forgotten', 'left'])
    expect(await devicesOf('?vehicle=v1&online=true')).to.deep.equal(['alive'])
    expect(await devicesOf('?vehicle=v3')).to.deep.equal([])
    expect(await devicesOf('?vehicle=v2', reader)).to.deep.equal([])
  })

  it('devices are counted by presence, overall and in a group', async () => {
    expect((await get('/counts')).body).to.deep.equal({ online: 1, offline: 3, never: 2 })
    expect((await get('/counts?group=north')).body).to.deep.equal({ online: 1, offline: 1, never: 1 })
  })

  it('presence covers only devices that the caller may see', async () => {
    expect(await devicesOf('', reader)).to.deep.equal(['alive', 'crashed', 'never'])
    expect((await get('/counts', reader)).body).to.deep.equal({ online: 1, offline: 1, never: 1 })
    expect(await devicesOf('', deviceOwner)).to.deep.equal(['spare'])
    const { token: stranger } = await addUser(fixture.sql, 'user')
    expect(await devicesOf('', stranger)).to.deep.equal([])
    expect((await get('/counts', stranger)).body).to.deep.equal({ online: 0, offline: 0, never: 0 })
    expect(await devicesOf('', makeToken({ role: 'service', sub: 'backend' }))).to.have.length(6)
    for (const path of [PATH, `${PATH}/counts`]) {
      expectProblem(await fixture.call('GET', path, { token: null }), 401, 'unauthorized')
      expectProblem(
        await fixture.call('GET', path, { token: makeToken({ role: 'device' }) }),
        403,
        'forbidden',
      )
    }
  })

  it('invalid queries for presence are refused', async () => {
    const cases: [string, string[]][] = [
      ['?online=yes', ['/online']],
      ['?vehicle=a%20b', ['/vehicle']],
      ['?group=a%20b', ['/group']],
      ['?limit=1001', ['/limit']],
      ['?cursor=abc', ['/cursor']],
    ]
    for (const [query, pointers] of cases) expectProblem(await get(query), 400, 'invalid_request', pointers)
  })
})
