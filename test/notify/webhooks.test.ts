import { expect } from 'chai'
import { Webhook } from 'standardwebhooks'
import { eventually } from '../support/eventually.ts'
import { event, openNotifyFixture, WHSEC, type NotifyFixture } from './fixture.ts'
import { openReceiver, type Receiver } from './receiver.ts'

describe('webhooks of notifications', function () {
  this.timeout(60_000)
  let fixture: NotifyFixture
  let receiver: Receiver
  before(async () => {
    fixture = await openNotifyFixture()
    await fixture.open()
  })
  after(() => fixture.close())
  beforeEach(async () => (receiver = await openReceiver()))
  afterEach(() => receiver.close())

  const until = (id: string, state: string) => fixture.until(id, state)
  const addDelivery = (channel: number, delivery?: Record<string, unknown>) =>
    fixture.addDelivery(channel, delivery)
  const channelTo = (url: string, more: object = {}) => fixture.addChannel({ config: { url }, ...more })
  /** Makes a retry due now. */
  const hurry = async (id: string) => {
    await fixture.sql`update deliveries set next_at = now() where id = ${id}`
    await fixture.sql`select pg_notify('deliveries', '')`
  }

  it('a webhook has its delivery as webhook-id, and a signature that standardwebhooks accepts', async () => {
    const id = await addDelivery(await channelTo(receiver.url), { event_id: 1 })
    await until(id, 'sent')
    const [request] = receiver.received
    expect(request?.headers['webhook-id']).to.equal(id)
    const headers = request?.headers as Record<string, string>
    const body = new Webhook(WHSEC).verify(request?.body ?? '', headers) as Record<string, unknown>
    expect(body).to.include({ type: 'event.raised', subject: '[warning] Too fast raised: Truck 7' })
    expect(body['data']).to.deep.equal(event())
    expect(() =>
      new Webhook(`whsec_${btoa('another secret of some length')}`).verify(request?.body ?? '', headers),
    ).to.throw()
  })

  it('a receiver that answers 500, closes or hangs gets it again with the same webhook-id', async () => {
    const id = await addDelivery(await channelTo(receiver.url), { event_id: 2 })
    receiver.answer = (_request, response) => response.writeHead(500).end()
    const failed = await eventually('one attempt', async () => {
      const now = await fixture.stateOf(id)
      return now.results.length === 1 ? now : undefined
    })
    expect(failed).to.include({ state: 'waiting', attempts: 1, lastError: 'the reply has status 500' })
    const [due] = await fixture.sql<{ s: number }[]>`
      select extract(epoch from next_at - released_at)::float8 as s from deliveries where id = ${id}`
    expect(due?.s).to.be.within(4.9, 6)

    receiver.answer = (request) => request.socket.destroy()
    await hurry(id)
    await eventually('two attempts', async () => (await fixture.stateOf(id)).results.length === 2)
    receiver.answer = () => {}
    await hurry(id)
    await eventually('three attempts', async () => (await fixture.stateOf(id)).results.length === 3)
    receiver.answer = (_request, response) => response.writeHead(204).end()
    await hurry(id)
    const sent = await until(id, 'sent')
    expect(sent.lastError).to.equal(null)
    expect(sent.results).to.deep.equal([
      'the reply has status 500',
      'socket hang up',
      'no reply within 0.5 s',
      'ok',
    ])
    expect(new Set(receiver.received.map(({ headers }) => headers['webhook-id']))).to.deep.equal(
      new Set([id]),
    )
    expect(receiver.received).to.have.length(4)
  })

  it('a delivery is dead after the attempt that is due a day after the first, with the reason', async () => {
    receiver.answer = (_request, response) => response.writeHead(503).end()
    const id = await addDelivery(await channelTo(receiver.url), { event_id: 3 })
    for (let attempts = 1; attempts <= 9; attempts++) {
      await eventually(
        `attempt ${attempts}`,
        async () => (await fixture.stateOf(id)).results.length === attempts,
      )
      if (attempts < 9) expect((await fixture.stateOf(id)).state).to.equal('waiting')
      await hurry(id)
    }
    expect(await fixture.stateOf(id)).to.include({ state: 'dead', lastError: 'the reply has status 503' })
  })

  it('a receiver that answers 410 gets it once', async () => {
    receiver.answer = (_request, response) => response.writeHead(410).end()
    const id = await addDelivery(await channelTo(receiver.url), { event_id: 4 })
    expect(await until(id, 'dead')).to.include({ attempts: 1 })
  })

  it('a redirect is not followed', async () => {
    const target = await openReceiver()
    receiver.answer = (_request, response) => response.writeHead(307, { location: target.url }).end()
    const id = await addDelivery(await channelTo(receiver.url), { event_id: 5 })
    await eventually('one attempt', async () => (await fixture.stateOf(id)).results.length === 1)
    expect(await fixture.stateOf(id)).to.include({ lastError: 'redirects (307) are not followed' })
    expect(target.received).to.deep.equal([])
    await target.close()
  })

  it('a receiver that hangs gets few requests at once, and does not hold other channels back', async () => {
    let [atOnce, most] = [0, 0]
    receiver.answer = (_request, response) => {
      most = Math.max(most, ++atOnce)
      response.on('close', () => atOnce--)
    }
    const hanging = await channelTo(receiver.url, { storm_max: 100 })
    await fixture.sql`
      insert into deliveries (channel_id, reason, payload)
      select ${hanging}, 'raised', ${fixture.sql.json(event())} from generate_series(1, 50)`
    const other = await openReceiver()
    const channel = await channelTo(other.url)
    for (let n = 0; n < 10; n++) await until(await addDelivery(channel, { event_id: 600 + n }), 'sent')
    await eventually('further requests', () => receiver.received.length > 4)
    await other.close()
    // Four; the end of an earlier one may be noticed a little later.
    expect(most).to.be.lessThan(8)
    await fixture.sql`delete from channels where id = ${hanging}`
  })

  it('what belongs to an event arrives in its order, after a failure as well', async () => {
    receiver.answer = (_request, response) =>
      response.writeHead(receiver.received.length === 1 ? 500 : 200).end()
    const channel = await channelTo(receiver.url)
    const raised = await addDelivery(channel, { event_id: 8 })
    const ended = await addDelivery(channel, { event_id: 8, reason: 'ended' })
    await eventually('one attempt', async () => (await fixture.stateOf(raised)).results.length === 1)
    await hurry(raised)
    await until(ended, 'sent')
    const types = receiver.received.map(({ body }) => (JSON.parse(body) as { type: string }).type)
    expect(types).to.deep.equal(['event.raised', 'event.raised', 'event.ended'])
  })

  it('a delivery whose lease is over is sent again with the same webhook-id', async () => {
    const id = await addDelivery(await channelTo(receiver.url), {
      state: 'sending',
      attempts: 1,
      released_at: new Date(),
      lease_until: new Date(Date.now() - 1000),
    })
    expect(await until(id, 'sent')).to.include({ attempts: 2 })
    expect(receiver.received[0]?.headers['webhook-id']).to.equal(id)
  })

  it('nothing is sent to a disabled channel until it is enabled', async () => {
    const channel = await channelTo(receiver.url, { enabled: false })
    const id = await addDelivery(channel, { event_id: 9 })
    const other = await addDelivery(await channelTo(receiver.url), { event_id: 9 })
    await until(other, 'sent')
    expect((await fixture.stateOf(id)).state).to.equal('waiting')
    await fixture.sql`update channels set enabled = true where id = ${channel}`
    await until(id, 'sent')
  })

  it('deliveries of MQTT are left to the broker', async () => {
    const channel = await fixture.addChannel({ kind: 'mqtt' })
    const id = await addDelivery(channel, { event_id: 10 })
    await until(await addDelivery(await channelTo(receiver.url), { event_id: 10 }), 'sent')
    expect(await fixture.stateOf(id)).to.include({ state: 'waiting', attempts: 0 })
  })
})
