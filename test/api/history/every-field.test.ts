import { expect } from 'chai'
import { NUMBER_FIELDS, READING_FIELDS } from '../../../contract/telemetry.ts'
import { logIn } from '../../support/clients.ts'
import { eventually } from '../../support/eventually.ts'
import { openFixtureWithBroker } from '../fixture.ts'

const middles = Object.entries(NUMBER_FIELDS).map(([name, { minimum, maximum }]) => [
  name,
  (minimum + maximum) / 2,
])
const VALUES = {
  ...Object.fromEntries(middles),
  ignition: true,
  status: 'ok',
  seq: 1,
  extra: { door: 'open' },
} as Record<(typeof READING_FIELDS)[number], unknown>

describe('every field of a reading', () => {
  let fixture: Awaited<ReturnType<typeof openFixtureWithBroker>>
  before(async () => {
    fixture = await openFixtureWithBroker({ LIVE_INTERVAL_MS: '100' })
  })
  after(() => fixture.close())

  it('a field that was published is in the history, the export and the newest values', async () => {
    const device = await fixture.broker.addDevice()
    const client = await logIn(fixture.broker, device)
    const time = new Date(Date.now() - 60_000).toISOString()
    await client.publishAsync(device.topic, JSON.stringify({ time, ...VALUES }), { qos: 1 })
    await client.endAsync(true)
    const path = `/api/vehicles/${device.vehicle}`

    const { body: history } = await fixture.call('GET', `${path}/telemetry`)
    expect(history.items[0]).to.deep.include(VALUES)

    for (const name of Object.keys(NUMBER_FIELDS)) {
      const { status, body } = await fixture.call('GET', `${path}/telemetry?fields=${name}&points=10`)
      expect(status, `${name}: ${JSON.stringify(body)}`).to.equal(200)
    }

    const { body: csv } = await fixture.call(
      'GET',
      `/api/telemetry/export?vehicles=${device.vehicle}&format=csv`,
    )
    const [head = ''] = String(csv).split('\n')
    expect(head.split(',')).to.include.members([...READING_FIELDS])

    const { seq: _seq, extra: _extra, ...columns } = VALUES
    const newest = await eventually('the newest values are stored', async () => {
      const { body } = await fixture.call('GET', `${path}/latest`)
      return Object.keys(body.values).length > 0 && body.values
    })
    for (const [name, value] of Object.entries(columns)) expect(newest[name], name).to.include({ value })
    // The next position lacks these values, which are kept beside it.
    const again = await logIn(fixture.broker, device)
    const nextTime = new Date(Date.now() - 30_000).toISOString()
    await again.publishAsync(device.topic, JSON.stringify({ time: nextTime, lat: 1, lon: 1 }), { qos: 1 })
    await again.endAsync(true)
    const kept = await eventually('the next position is stored', async () => {
      const { body } = await fixture.call('GET', `${path}/latest`)
      return body.values.lat.value === 1 && body.values
    })
    expect(Object.keys(kept)).to.have.members(Object.keys(newest))
  })
})
