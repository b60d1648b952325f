import { expect } from 'chai'
import { openTestBroker, type TestBroker } from '../support/broker.ts'
import { logIn } from '../support/clients.ts'

describe('readings around a leap second', () => {
  let broker: TestBroker
  before(async () => {
    broker = await openTestBroker()
  })
  after(() => broker.close())

  const textOf = (message: unknown) => (typeof message === 'string' ? message : JSON.stringify(message))
  async function publish(...messages: unknown[]) {
    const device = await broker.addDevice()
    const client = await logIn(broker, device)
    for (const message of messages) await client.publishAsync(device.topic, textOf(message), { qos: 1 })
    await client.endAsync()
    const rows = await broker.db.sql<
      { us: number; speed: number; extra: Record<string, unknown> | null; text: string | null }[]
    >`
      select (extract(epoch from time) * 1000000)::bigint as us, speed, extra, extra::text as text from telemetry
      where vehicle_id = ${device.vehicleId} order by time`
    const letters = await broker.db.sql<{ code: string }[]>`
      select code from rejected_messages where vehicle_id = ${device.vehicleId} order by id`
    return { rows, codes: letters.map(({ code }) => code) }
  }
  const at = (time: string, speed = 50) => ({ time, speed })
  const midnightUs = Date.UTC(2017, 0, 1) * 1000

  it('are all stored, in their order, each with its values', async () => {
    const times = [
      '2016-12-31T23:59:59Z',
      '2016-12-31T23:59:60Z',
      '2016-12-31T23:59:60.5Z',
      '2017-01-01T00:00:00Z',
    ]
    const { rows, codes } = await publish(times.map((time, n) => at(time, n)))
    expect(codes).to.deep.equal([])
    expect(rows.map(({ speed }) => speed)).to.deep.equal([0, 1, 2, 3])
    expect(rows[2]?.us).to.be.lessThan(midnightUs)
    expect(rows[3]?.us).to.equal(midnightUs)
  })

  it('are all stored with equal values also, whichever comes first, and each once when it is sent again', async () => {
    const first = [at('2017-01-01T00:59:60+01:00'), at('2016-12-31T23:59:60.999Z')]
    const last = [at('2016-12-31T23:59:59.999Z'), at('2017-01-01T00:00:00Z')]
    const { rows, codes } = await publish(first, last, first[0], last)
    expect(codes).to.deep.equal([])
    expect(rows.map(({ us }) => us - midnightUs)).to.deep.equal([-1999, -1000, -1, 0])
  })

  it('of different fractions are apart from each other and from an ordinary reading with equal values', async () => {
    const times = ['60Z', '60.0001Z', '60.0002Z', '59.998001Z'].map((it) => `2016-12-31T23:59:${it}`)
    for (const order of [times, times.toReversed()]) {
      const { rows, codes } = await publish(...order.map((it) => at(it)), ...order.map((it) => at(it)))
      expect(codes).to.deep.equal([])
      expect(rows.map(({ us }) => us - midnightUs)).to.deep.equal([-1999, -1999, -1999, -1999])
      const seconds = rows.map(({ extra }) => extra?.['leap_second'])
      expect(seconds).to.have.members([60, 60.0001, 60.0002, undefined])
    }
  })

  it('keep what extra has, all of its digits included', async () => {
    const extra = { leap_second: 'x', card: 0 }
    const reading = JSON.stringify({ ...at('2016-12-31T23:59:60.25Z'), extra }).replace(
      ':0}',
      ':12345678901234567891}',
    )
    const { rows } = await publish(reading)
    expect(rows.map(({ text }) => text)).to.deep.equal([
      '{"card": 12345678901234567891, "leap_second": "x", "leap_second_": 60.25}',
    ])
  })

  it('of any other second 60 are dead letters, and displace nothing', async () => {
    const minute = '2026-11-21T12:01:00Z'
    const { rows, codes } = await publish(
      at('2026-11-21T12:00:60Z'),
      at('2026-11-20T23:59:60Z'),
      at('2016-12-31T23:59:60+01:00'),
      at(minute, 7),
    )
    expect(codes).to.deep.equal(['bad_time', 'bad_time', 'bad_time'])
    expect(rows).to.deep.equal([{ us: Date.parse(minute) * 1000, speed: 7, extra: null, text: null }])
  })
})
