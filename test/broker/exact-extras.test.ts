import { expect } from 'chai'
import { openTestBroker, type TestBroker } from '../support/broker.ts'
import { logIn } from '../support/clients.ts'

const TIME = '2026-01-01T00:00:00Z'

describe('numbers in extra that exceed a double', () => {
  let broker: TestBroker
  before(async () => {
    broker = await openTestBroker()
  })
  after(() => broker.close())

  async function publish(...payloads: string[]) {
    const device = await broker.addDevice()
    const client = await logIn(broker, device)
    for (const payload of payloads) await client.publishAsync(device.topic, payload, { qos: 1 })
    await client.endAsync()
    const rows = await broker.db.sql<{ extra: string }[]>`
      select extra::text as extra from telemetry where vehicle_id = ${device.vehicleId} order by time, nth`
    const letters = await broker.db.sql<{ code: string; pointer: string; text: string }[]>`
      select code, problems -> 0 ->> 'pointer' as pointer, convert_from(payload, 'utf8') as text
      from rejected_messages where vehicle_id = ${device.vehicleId} order by id`
    return { extras: rows.map(({ extra }) => extra), letters: [...letters] }
  }
  const withExtra = (extra: string, time = TIME) => `{"time":"${time}","speed":1,"extra":${extra}}`

  it('all digits are stored, and readings that differ in the last digit are two', async () => {
    const numbers = [
      '9007199254740993',
      '9007199254740992',
      '12345678901234567890',
      '12345678901234567891',
      '-0.1000000000000000055',
      '1.234567890123456789e-300',
      '1e-400',
    ]
    const { extras } = await publish(...numbers.map((it) => withExtra(`{"card":${it}}`)))
    const shown = numbers.slice(0, 5).map((it) => `{"card": ${it}}`)
    expect(extras.slice(0, 5)).to.deep.equal(shown)
    expect(extras[6]).to.match(/^\{"card": 0\.0{399}1\}$/)
    expect(extras[5]).to.match(/^\{"card": 0\.0{299}1234567890123456789\}$/)
  })

  it('the same number in any notation is the same reading, stored once when resent', async () => {
    const { extras } = await publish(
      withExtra('{"a":12345678901234567891,"b":"12345678901234567891","1234567890123456789":1.0}'),
      withExtra('{"1234567890123456789":1,"b":"12345678901234567891","a":1234567890123456789.1e1}'),
      withExtra('{"1234567890123456789":1,"b":"12345678901234567891","a":12345678901234567891.0}'),
      withExtra('{"a":-0}'),
      withExtra('{"a":0}'),
    )
    expect(extras).to.deep.equal([
      '{"a": 12345678901234567891, "b": "12345678901234567891", "1234567890123456789": 1}',
      '{"a": 0}',
    ])
  })

  it('each number in an array is stored with its reading', async () => {
    const readings = [
      '{"n":1}',
      '{"n":12345678901234567891}',
      'null',
      '{"n":"\\\\\\"9007199254740993,"}',
      '{"n":0.1}',
    ]
    const sent = readings.map((it, n) => withExtra(it, `2026-01-01T00:00:0${n}Z`))
    const { extras, letters } = await publish(`[${sent.join(', ')}]`)
    expect(extras).to.deep.equal([
      '{"n": 1}',
      '{"n": 12345678901234567891}',
      '{"n": "\\\\\\"9007199254740993,"}',
      '{"n": 0.1}',
    ])
    expect(letters.map(({ code }) => code)).to.deep.equal(['wrong_type'])
  })

  it('a number that no column can hold makes its reading a dead letter', async () => {
    const bad = ['1e400', '-1e-1001', `0.${'1'.repeat(1000)}`].map((it) => withExtra(`{"a~/b":${it}}`))
    const { extras, letters } = await publish(...bad, withExtra(`{"a":0.${'1'.repeat(998)}}`))
    const expected = bad.map((text) => ({ code: 'out_of_range', pointer: '/extra/a~0~1b', text }))
    expect(letters).to.deep.equal(expected)
    expect(extras).to.deep.equal([`{"a": 0.${'1'.repeat(998)}}`])
  })

  it('numbers in other fields are unaffected', async () => {
    const device = await publish(
      `{"time":"${TIME}","seq":9007199254740993,"speed":1,"extra":{"a":1}}`,
      `{"time":"${TIME}","speed":50.00000000000000001,"extra":{"a":2}}`,
      `{"time":"${TIME}","speed":50,"extra":{"a":2}}`,
    )
    expect(device.extras).to.deep.equal(['{"a": 2}'])
    expect(device.letters.map(({ pointer }) => pointer)).to.deep.equal(['/seq'])
  })
})
