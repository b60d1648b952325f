import { expect } from 'chai'
import { openTestBroker, type TestBroker } from '../support/broker.ts'
import { logIn } from '../support/clients.ts'

describe('readings around a leap second', () => {
  let broker: TestBroker
  before(async () => {
    broker = await openTestBroker()
  })
  after(() => broker.close())

  async function publish(...messages: unknown[]) {
    const device = await broker.addDevice()
    const client = await logIn(broker, device)
    for (const message of messages)
      await client.publishAsync(device.topic, JSON.stringify(message), { qos: 1 })
    await client.endAsync()
    const rows = await broker.db.sql<{ us: number; speed: number }[]>`
      select (extract(epoch from time) * 1000000)::bigint as us, speed from telemetry
      where vehicle_id = ${device.vehicleId} order by time`
    const letters = await broker.db.sql<{ code: string }[]>`
      select code from rejected_messages where vehicle_id = ${device.vehicleId} order by id`
    return { rows, codes: letters.map(({ code }) => code) }
  }
  const at = (time: string, speed = 50) => ({ time, speed })
  const midnightUs = Date.UTC(2017, 0, 1) * 1000

  it('readings of a leap second and its neighbours are all stored, in order', async () => {
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

  it('readings with equal values are all stored in any order, and once when resent', async () => {
    const first = [at('2017-01-01T00:59:60+01:00'), at('2016-12-31T23:59:60.999Z')]
    const last = [at('2016-12-31T23:59:59.999Z'), at('2017-01-01T00:00:00Z')]
    const { rows, codes } = await publish(first, last, first[0], last)
    expect(codes).to.deep.equal([])
    expect(rows.map(({ us }) => us - midnightUs)).to.deep.equal([-1999, -1000, -1, 0])
  })

  it('any other second 60 is a dead letter, and replaces no reading', async () => {
    const minute = '2026-11-21T12:01:00Z'
    const { rows, codes } = await publish(
      at('2026-11-21T12:00:60Z'),
      at('2026-11-20T23:59:60Z'),
      at('2016-12-31T23:59:60+01:00'),
      at(minute, 7),
    )
    expect(codes).to.deep.equal(['bad_time', 'bad_time', 'bad_time'])
    expect(rows).to.deep.equal([{ us: Date.parse(minute) * 1000, speed: 7 }])
  })
})
