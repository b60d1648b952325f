import { expect } from 'chai'
import { addUser, expectProblem, openFixture, readPages, type Fixture } from '../fixture.ts'

describe('deliveries of notifications', () => {
  let fixture: Fixture
  let a: { id: number; token: string }
  before(async () => (fixture = await openFixture()))
  after(() => fixture.close())
  beforeEach(async () => {
    await fixture.sql`truncate channels, vehicles, grants, audit_log cascade`
    a = await addUser(fixture.sql, 'user')
    const [user] = await fixture.sql<{ email: string }[]>`select email from users where id = ${a.id}`
    const body = { key: 'mail', kind: 'email', to: [user?.email] }
    await fixture.call('POST', '/api/channels', { token: a.token, body })
    await fixture.call('POST', '/api/channels', { body: { ...body, key: 'admins' } })
    await fixture.call('POST', '/api/vehicles', { body: [{ key: 'v1' }, { key: 'v2' }] })
  })

  /** Returns its id. */
  async function add({
    channel = 'mail',
    vehicle = 'v1',
    state = 'sent',
    event = 1,
    at = '2026-11-30T08:00:00Z',
  } = {}) {
    const [row] = await fixture.sql<{ id: string }[]>`
      insert into deliveries (channel_id, vehicle_id, event_id, event_time, reason, payload, state)
      select channels.id, vehicles.id, ${event}, ${at}::timestamptz, 'raised', '{}', ${state}
      from channels, vehicles where channels.key = ${channel} and vehicles.key = ${vehicle} returning id`
    return row?.id ?? ''
  }
  const grant = (body: object) => fixture.call('POST', '/api/grants', { body: { user: a.id, ...body } })
  const idsOf = async (token: string | undefined, query = '') => {
    const { body } = await fixture.call(
      'GET',
      `/api/deliveries${query}`,
      token === undefined ? {} : { token },
    )
    return body.items.map(({ id }: { id: string }) => id)
  }

  it('a delivery is listed with every attempt', async () => {
    await grant({ vehicle: 'v1' })
    const id = await add({ state: 'dead' })
    await fixture.sql`
      insert into delivery_attempts values (${id}, '2026-11-30T08:00:01Z', 12, 'the reply has status 500', 500),
        (${id}, '2026-11-30T08:00:06Z', 10000, 'no reply within 10 s', null)`
    const { body } = await fixture.call('GET', '/api/deliveries', { token: a.token })
    const { created_at, ...delivery } = body.items[0]
    expect(created_at).to.match(/Z$/)
    expect(delivery).to.deep.equal({
      id,
      channel: 'mail',
      event: 1,
      vehicle: 'v1',
      reason: 'raised',
      severity: 'info',
      state: 'dead',
      digest: null,
      attempts: [
        {
          at: '2026-11-30T08:00:01.000Z',
          duration_ms: 12,
          result: 'the reply has status 500',
          status: 500,
        },
        {
          at: '2026-11-30T08:00:06.000Z',
          duration_ms: 10_000,
          result: 'no reply within 10 s',
          status: null,
        },
      ],
      last_error: null,
      next_at: null,
      sent_at: null,
    })
  })

  it('a user sees deliveries of their channels, of vehicles and times that they may see', async () => {
    const [old, id] = [await add({ event: 1, at: '2026-11-29T08:00:00Z' }), await add({ event: 2 })]
    const other = await add({ channel: 'admins' })
    expect(await idsOf(a.token)).to.deep.equal([])
    expectProblem(await fixture.call('GET', `/api/deliveries/${id}`, { token: a.token }), 404, 'not_found')
    await grant({ vehicle: 'v1', history_from: '2026-11-30T00:00:00Z' })
    expect(await idsOf(a.token)).to.deep.equal([id])
    expect(await idsOf(undefined)).to.deep.equal([other, id, old])
    expectProblem(
      await fixture.call('POST', `/api/deliveries/${other}/send-again`, { token: a.token }),
      404,
      'not_found',
    )
  })

  it('deliveries are filtered, and read page by page', async () => {
    const ids = [
      await add({ event: 1 }),
      await add({ event: 2, state: 'dead' }),
      await add({ event: 3, vehicle: 'v2' }),
    ]
    expect(await idsOf(undefined, '?state=dead')).to.deep.equal([ids[1]])
    expect(await idsOf(undefined, '?vehicle=v2')).to.deep.equal([ids[2]])
    expect(await idsOf(undefined, '?event=1&reason=raised&channel=mail')).to.deep.equal([ids[0]])
    expect(await idsOf(undefined, '?channel=admins')).to.deep.equal([])
    const pages = await readPages(fixture, '/api/deliveries', 2)
    expect(pages.map(({ id }: { id: string }) => id)).to.deep.equal(ids.toReversed())
  })

  it('what was sent or is dead can be sent again under its id, and nothing else', async () => {
    const again = (id: string) => fixture.call('POST', `/api/deliveries/${id}/send-again`)
    for (const [event, state] of ['sent', 'dead'].entries()) {
      const id = await add({ event, state })
      await fixture.sql`update deliveries set attempts = 9, last_error = 'x', sent_at = now() where id = ${id}`
      const { status, body } = await again(id)
      expect(status).to.equal(202)
      expect(body).to.include({ id, state: 'waiting', last_error: null, sent_at: null })
      const [row] = await fixture.sql<{ due: boolean; attempts: number }[]>`
        select next_at <= now() and released_at is not null as due, attempts from deliveries where id = ${id}`
      expect(row).to.deep.equal({ due: true, attempts: 0 })
    }
    for (const [event, state] of ['waiting', 'sending', 'digested', 'cancelled'].entries())
      expectProblem(await again(await add({ event: 10 + event, state })), 409, 'conflict')
    expectProblem(await again('00000000-0000-4000-8000-000000000000'), 404, 'not_found')
    const { body } = await fixture.call('GET', '/api/audit-log')
    expect(body.items[0]).to.include({ action: 'delivery.send_again', subject: 'channel:mail' })
  })
})
