import { expect } from 'chai'
import type { Digest, WebhookBody } from '../../contract/notifications.ts'
import { WEBHOOK_BYTES_MAX } from '../../notify/webhook/webhook.ts'
import { eventually } from '../support/eventually.ts'
import { event, openNotifyFixture, type NotifyFixture } from './fixture.ts'
import { openReceiver, type Receiver } from './receiver.ts'

describe('digests of notifications', function () {
  this.timeout(60_000)
  let fixture: NotifyFixture
  let receiver: Receiver
  let nextEvent = 1
  before(async () => (fixture = await openNotifyFixture()))
  after(() => fixture.close())
  beforeEach(async () => {
    await fixture.sql`truncate channels, users, vehicles cascade`
    receiver = await openReceiver()
    await fixture.open()
  })
  afterEach(() => receiver.close())

  const channelTo = (more: object = {}) => fixture.addChannel({ config: { url: receiver.url }, ...more })
  const late = () => new Date(Date.now() - 3_600_000)
  const bodies = () => receiver.received.map(({ body }) => JSON.parse(body) as WebhookBody)
  const addEvents = (channel: number, count: number, more: object = {}) =>
    fixture.sql`
      insert into deliveries (channel_id, reason, severity, event_id, payload, event_time)
      select ${channel}, 'raised', 'warning', ${nextEvent++} * 100000 + n, ${fixture.sql.json(event(more))}::jsonb
        || jsonb_build_object('id', n), now()
      from generate_series(1, ${count}) as n`
  /** The digest in the body of the request with this number. */
  const digestIn = (n: number) => bodies()[n]?.data as Digest | undefined
  const countIn = async (state: string) => {
    const [row] = await fixture.sql<{ count: number }[]>`
      select count(*)::int as count from deliveries where state = ${state} and reason <> 'digest'`
    return row?.count
  }
  const makeDigestDue = async () => {
    await fixture.sql`update channels set digest_due_at = now() where digest_due_at is not null`
    await fixture.sql`select pg_notify('deliveries', '')`
  }

  it('2,000 events that were found late are one digest, and none of them is sent on its own', async () => {
    const channel = await channelTo()
    await fixture.sql`
      insert into deliveries (channel_id, reason, severity, event_id, payload, event_time)
      select ${channel}, 'raised', 'warning', n, ${fixture.sql.json(event())}, now() - interval '16 min'
      from generate_series(1, 2000) as n`
    await eventually('all are held', async () => (await countIn('digested')) === 2000)
    await makeDigestDue()
    await eventually('a digest', () => receiver.received.length > 0)
    const [body] = bodies()
    expect(body).to.include({ type: 'events.digest', subject: '2000 events since the last notification' })
    const { count, severities, events } = digestIn(0) ?? { events: [] }
    expect({ count, severities }).to.deep.equal({ count: 2000, severities: { warning: 2000 } })
    expect(events.length).to.be.within(10, 50)
    expect(body?.text).to.include('and 1980 more')
    expect(Buffer.byteLength(receiver.received[0]?.body ?? '')).to.be.at.most(WEBHOOK_BYTES_MAX)
    const [left] = await fixture.sql<{ count: number }[]>`
      select count(*)::int as count from deliveries where digest_id is null and reason <> 'digest'`
    expect(left?.count).to.equal(0)
    expect(receiver.received).to.have.length(1)
  })

  it('of 100 events at once 30 are sent, and the others are one digest an interval later', async () => {
    await fixture.open({ digestMs: 1500 })
    const channel = await channelTo()
    await addEvents(channel, 100)
    await eventually('30 and a digest', () => receiver.received.length === 31)
    const types = bodies().map(({ type }) => type)
    expect(types.filter((it) => it === 'event.raised')).to.have.length(30)
    const digest = bodies().find(({ type }) => type === 'events.digest')?.data as Digest
    expect(digest.count).to.equal(70)
    expect([await countIn('sent'), await countIn('digested')]).to.deep.equal([30, 70])
  })

  it('the storm of a channel does not hold another channel back', async () => {
    const [storm, other] = [await channelTo({ storm_max: 1 }), await channelTo()]
    await addEvents(storm, 3)
    await addEvents(other, 3)
    await eventually('1 and 3', () => receiver.received.length === 4)
    expect(await countIn('digested')).to.equal(2)
  })

  it('quiet hours hold events but critical ones, and a digest follows when they end', async () => {
    const quiet = { from: '00:00', to: '24:00', severities: ['info', 'warning'] }
    const channel = await channelTo({ quiet_hours: quiet })
    const held = await fixture.addDelivery(channel, { event_id: 1 })
    const critical = await fixture.addDelivery(channel, { event_id: 2, severity: 'critical' })
    await fixture.until(critical, 'sent')
    await fixture.until(held, 'digested')
    await makeDigestDue()
    await eventually('the digest is postponed', async () => {
      const [row] = await fixture.sql<
        { later: boolean }[]
      >`select digest_due_at > now() as later from channels`
      return row?.later
    })
    expect(receiver.received).to.have.length(1)
    await fixture.sql`update channels set quiet_hours = null`
    await makeDigestDue()
    await eventually('the digest', () => receiver.received.length === 2)
    expect(digestIn(1)?.count).to.equal(1)
  })

  it('a retraction of what was sent is sent', async () => {
    const channel = await channelTo()
    await fixture.until(await fixture.addDelivery(channel, { event_id: 1 }), 'sent')
    const retracted = await fixture.addDelivery(channel, { event_id: 1, reason: 'retracted' })
    await fixture.until(retracted, 'sent')
    expect(bodies().map(({ type }) => type)).to.deep.equal(['event.raised', 'event.retracted'])
  })

  it('an event that is retracted before anybody was told is never mentioned', async () => {
    const channel = await channelTo()
    const raised = await fixture.addDelivery(channel, { event_id: 1, event_time: late() })
    await fixture.until(raised, 'digested')
    const retracted = await fixture.addDelivery(channel, { event_id: 1, reason: 'retracted' })
    await fixture.until(retracted, 'cancelled')
    await fixture.until(raised, 'cancelled')
    await makeDigestDue()
    await eventually('nothing is held', async () => {
      const [row] = await fixture.sql<{ none: boolean }[]>`select digest_due_at is null as none from channels`
      return row?.none
    })
    expect(receiver.received).to.deep.equal([])
  })

  it('a retraction of what was in a digest is in the next digest', async () => {
    const channel = await channelTo()
    const raised = await fixture.addDelivery(channel, { event_id: 1, event_time: late() })
    await fixture.until(raised, 'digested')
    await makeDigestDue()
    await eventually('the digest', () => receiver.received.length === 1)
    const retracted = await fixture.addDelivery(channel, { event_id: 1, reason: 'retracted' })
    await fixture.until(retracted, 'digested')
    await makeDigestDue()
    await eventually('the next digest', () => receiver.received.length === 2)
    expect(digestIn(1)?.events[0]?.reason).to.equal('retracted')
  })

  it('an event and a reason are delivered to a channel once, however often they are inserted', async () => {
    const channel = await channelTo()
    await fixture.addDelivery(channel, { event_id: 1 })
    const error: unknown = await fixture.addDelivery(channel, { event_id: 1 }).catch((it: unknown) => it)
    expect(error).to.include({ code: '23505' })
  })

  it('what the owner of a channel may no longer see is not sent, alone or in a digest', async () => {
    const { sql } = fixture
    const [user] = await sql<{ id: number }[]>`
      insert into users (email, password_hash, role) values ('a@example.org', '', 'user') returning id`
    const [vehicle] = await sql<{ id: number }[]>`insert into vehicles (key) values ('v1') returning id`
    const [owner, seen] = [user?.id ?? 0, vehicle?.id ?? 0]
    const channel = await channelTo({ created_by: owner })
    const grant = () => sql`insert into grants (user_id, vehicle_id) values (${owner}, ${seen})`
    await grant()
    await fixture.until(await fixture.addDelivery(channel, { event_id: 1, vehicle_id: seen }), 'sent')
    const held = await fixture.addDelivery(channel, { event_id: 2, vehicle_id: seen, event_time: late() })
    await fixture.until(held, 'digested')
    await sql`delete from grants`
    await fixture.until(await fixture.addDelivery(channel, { event_id: 3, vehicle_id: seen }), 'cancelled')
    await makeDigestDue()
    await fixture.until(held, 'cancelled')
    await sql`insert into grants (user_id, vehicle_id, history_from) values (${owner}, ${seen}, now())`
    const before = { event_id: 4, vehicle_id: seen, event_time: new Date(Date.now() - 60_000) }
    await fixture.until(await fixture.addDelivery(channel, before), 'cancelled')
    expect(receiver.received).to.have.length(1)
  })
})
