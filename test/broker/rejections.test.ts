import { expect } from 'chai'
import type { MqttClient } from 'mqtt'
import type { RejectedNotice } from '../../contract/problems.ts'
import { openTestBroker, type TestBroker, type TestDevice } from '../support/broker.ts'
import { collect, logIn } from '../support/clients.ts'
import { eventually } from '../support/eventually.ts'

interface Letter {
  code: string
  problems: { code: string; pointer: string; detail: string }[]
  reading_index: number | null
  payload: Buffer
  received_at: Date
}

describe('bad input', () => {
  let broker: TestBroker
  let device: TestDevice
  let client: MqttClient
  let messages: { topic: string; payload: unknown }[]
  before(async () => {
    broker = await openTestBroker()
  })
  beforeEach(async () => {
    device = await broker.addDevice()
    client = await logIn(broker, device)
    messages = collect(client)
    await client.subscribeAsync(`fleet/${device.vehicle}/rejected`)
  })
  afterEach(() => client.endAsync())
  after(() => broker.close())

  const letters = () => broker.db.sql<Letter[]>`
    select code, problems, reading_index, payload, received_at from rejected_messages
    where vehicle_id = ${device.vehicleId} order by reading_index nulls first, id`
  const stored = async () => {
    const rows = await broker.db.sql`select from telemetry where vehicle_id = ${device.vehicleId}`
    return rows.length
  }
  const notice = () => eventually('the notice', () => messages[0]?.payload as RejectedNotice | undefined)

  const hour = 3_600_000
  const cases: { what: string; payload: string | Buffer; code: string; pointer?: string; detail?: RegExp }[] =
    [
      { what: 'text that is not JSON', payload: '{"speed":', code: 'not_json' },
      {
        what: 'bytes that are not UTF-8',
        payload: Buffer.from('{"status":"\xff"}', 'latin1'),
        code: 'not_utf8',
      },
      { what: 'nothing', payload: '', code: 'empty_payload' },
      { what: 'a nest of arrays', payload: '['.repeat(5000) + ']'.repeat(5000), code: 'too_deep' },
      { what: 'a nest of objects', payload: '{"a":'.repeat(5000) + '1' + '}'.repeat(5000), code: 'too_deep' },
      { what: 'an object inside extra', payload: '{"extra":{"a":{"b":1}}}', code: 'too_deep' },
      { what: 'a number', payload: '7', code: 'not_an_object' },
      { what: 'null', payload: 'null', code: 'not_an_object' },
      { what: 'an array in an array', payload: '[[]]', code: 'not_an_object' },
      { what: 'text for a number', payload: '{"speed":"50"}', code: 'wrong_type', pointer: '/speed' },
      {
        what: 'null for a number',
        payload: '{"speed":null}',
        code: 'wrong_type',
        pointer: '/speed',
        detail: /null/,
      },
      { what: 'a number for a boolean', payload: '{"ignition":1}', code: 'wrong_type', pointer: '/ignition' },
      {
        what: 'a latitude of 91',
        payload: '{"lat":91,"lon":0}',
        code: 'out_of_range',
        pointer: '/lat',
        detail: /91/,
      },
      {
        what: '1e400',
        payload: '{"speed":1e400}',
        code: 'out_of_range',
        pointer: '/speed',
        detail: /too large/,
      },
      {
        what: '1e400 in extra',
        payload: '{"extra":{"a":-1e400}}',
        code: 'out_of_range',
        pointer: '/extra/a',
      },
      {
        what: 'an integer beyond its column',
        payload: '{"speed":1,"seq":9007199254740993}',
        code: 'out_of_range',
      },
      {
        what: 'a fraction for an integer',
        payload: '{"speed":1,"seq":1.5}',
        code: 'wrong_type',
        pointer: '/seq',
      },
      {
        what: 'an unknown field',
        payload: '{"velocity/~":5}',
        code: 'unknown_field',
        pointer: '/velocity~1~0',
        detail: /"velocity\/~" is not a field/,
      },
      {
        what: '__proto__',
        payload: '{"speed":1,"__proto__":{"speed":2}}',
        code: 'unknown_field',
        pointer: '/__proto__',
      },
      {
        what: '__proto__ in extra',
        payload: '{"extra":{"__proto__":1}}',
        code: 'bad_name',
        pointer: '/extra',
      },
      { what: 'lat without lon', payload: '{"lat":1}', code: 'missing_field', pointer: '/lon' },
      { what: 'lon without lat', payload: '{"lon":1}', code: 'missing_field', pointer: '/lat' },
      { what: 'time and seq alone', payload: `{"time":${Date.now()},"seq":1}`, code: 'empty_reading' },
      { what: 'an empty object', payload: '{}', code: 'empty_reading' },
      {
        what: 'a time without a zone',
        payload: '{"time":"2026-01-01T00:00:00","speed":1}',
        code: 'time_without_zone',
      },
      {
        what: '30 February',
        payload: '{"time":"2026-02-30T00:00:00Z","speed":1}',
        code: 'bad_time',
        pointer: '/time',
      },
      {
        what: 'a time a day ahead',
        payload: `{"time":${Date.now() + 24 * hour},"speed":1}`,
        code: 'time_in_future',
      },
      { what: 'the year 1970', payload: '{"time":"1970-01-01T00:00:00Z","speed":1}', code: 'time_too_old' },
      {
        what: 'epoch seconds',
        payload: '{"time":1767225600,"speed":1}',
        code: 'time_too_old',
        detail: /milliseconds/,
      },
      { what: 'no readings', payload: '[]', code: 'no_readings' },
      {
        what: '1001 readings',
        payload: JSON.stringify(
          Array.from({ length: 1001 }, (_, n) => ({ speed: 1, time: 1_767_225_600_000 + n })),
        ),
        code: 'too_many_readings',
        detail: /1001/,
      },
      { what: 'a NUL in text', payload: '{"status":"a\\u0000b"}', code: 'bad_text', pointer: '/status' },
      {
        what: 'half a surrogate pair',
        payload: '{"status":"\\ud800"}',
        code: 'bad_text',
        pointer: '/status',
      },
      { what: 'a NUL in extra', payload: '{"extra":{"a":"\\u0000"}}', code: 'bad_text', pointer: '/extra/a' },
      {
        what: 'a NUL in a name of extra',
        payload: '{"extra":{"a\\u0000":1}}',
        code: 'bad_name',
        pointer: '/extra',
      },
      { what: 'a NUL in a field name', payload: '{"\\u0000":1}', code: 'unknown_field', pointer: '/\\u0000' },
      { what: 'a status of 33 characters', payload: `{"status":"${'x'.repeat(33)}"}`, code: 'bad_text' },
      {
        what: '33 values in extra',
        payload: JSON.stringify({
          extra: Object.fromEntries(Array.from({ length: 33 }, (_, n) => [`s${n}`, n])),
        }),
        code: 'too_many_values',
        pointer: '/extra',
      },
    ]

  for (const { what, payload, code, pointer, detail } of cases) {
    it(`bad input becomes a dead letter and a notice: ${what} (${code})`, async () => {
      await client.publishAsync(device.topic, payload, { qos: 1 })
      const [letter, ...more] = await letters()
      expect(more).to.deep.equal([])
      expect(letter?.code).to.equal(code)
      expect(letter?.problems[0]?.code).to.equal(code)
      if (pointer !== undefined) expect(letter?.problems[0]?.pointer).to.equal(pointer)
      if (detail) expect(letter?.problems[0]?.detail).to.match(detail)
      const { received_at, count, rejected } = await notice()
      expect({ count, problems: rejected[0]?.problems }).to.deep.equal({
        count: 1,
        problems: letter?.problems,
      })
      expect(letter?.received_at.toISOString()).to.equal(received_at)
      const isElement = what === 'an array in an array' || what === 'a nest of arrays'
      if (!isElement) expect(letter?.payload.equals(Buffer.from(payload))).to.equal(true)
      expect(letter?.reading_index).to.equal(isElement ? 0 : null)
      expect(await stored()).to.equal(0)
    })
  }

  it('a reading with several problems has all of them in its notice', async () => {
    await client.publishAsync(device.topic, '{"speed":-1,"rpm":"x","colour":1,"lat":1}', { qos: 1 })
    const { rejected } = await notice()
    const found = rejected[0]?.problems.map((it) => `${it.code} ${it.pointer}`)
    expect(found).to.have.members([
      'out_of_range /speed',
      'wrong_type /rpm',
      'unknown_field /colour',
      'missing_field /lon',
    ])
  })

  it('a bad reading in an array of 100 is named, and its neighbours are stored', async () => {
    const texts = Array.from({ length: 100 }, (_, n) => `{"time":${1_767_225_600_000 + n}, "speed" : ${n}}`)
    texts[41] = '{"time": 1767225600041, "status":"a \\" ],[ b", "speed":-1}'
    await client.publishAsync(device.topic, ` [${texts.join(' ,\n')}] `, { qos: 1 })
    expect(await stored()).to.equal(99)
    const [letter, ...more] = await letters()
    expect(more).to.deep.equal([])
    expect(letter?.reading_index).to.equal(41)
    expect(letter?.payload.toString()).to.equal(texts[41])
    const { rejected } = await notice()
    expect(rejected.map((it) => [it.index, it.problems[0]?.pointer])).to.deep.equal([[41, '/speed']])
  })

  it('a mostly bad array has one dead letter and a notice with the first hundred problems', async () => {
    const payload = JSON.stringify([{ speed: 1 }, ...Array.from({ length: 999 }, () => ({}))])
    await client.publishAsync(device.topic, payload, { qos: 2 })
    const { count, rejected } = await notice()
    expect([count, rejected.length, rejected[0]?.index]).to.deep.equal([999, 100, 1])
    const [letter, ...more] = await letters()
    expect(more).to.deep.equal([])
    expect([letter?.code, letter?.reading_index]).to.deep.equal(['empty_reading', null])
    expect(letter?.problems[0]?.pointer).to.equal('/1')
    expect(letter?.payload.toString()).to.equal(payload)
    expect(await stored()).to.equal(1)
  })

  it('a thousand readings, other alphabets and fields at their limits are valid', async () => {
    const full = {
      time: '2026-01-01T01:00:00.123456+01:00',
      lat: -90,
      lon: 180,
      altitude: -500,
      speed: 0.1,
      heading: 360,
      rpm: 20000,
      engine_load: 100,
      fuel_level: 1e-7,
      fuel_rate: 500,
      coolant_temp: -60,
      battery_voltage: 12.345678901234567,
      odometer: 10_000_000,
      ignition: false,
      status: '運転中 🚗',
      seq: Number.MAX_SAFE_INTEGER,
      extra: { 'tür "links"': true, nothing: null, '🚗': 'ß', n: -0.1 },
    }
    await client.publishAsync(device.topic, JSON.stringify(full), { qos: 1 })
    const [row] = await broker.db.sql`
      select *, (extract(epoch from time) * 1000000)::bigint as us from telemetry where vehicle_id = ${device.vehicleId}`
    const { time, ...values } = full
    expect(time).to.be.a('string')
    expect(row).to.deep.include(values)
    expect(row?.['us']).to.equal(Date.UTC(2026, 0, 1) * 1000 + 123456)
    const thousand = Array.from({ length: 1000 }, (_, n) => ({ time: 1_767_300_000_000 + n, speed: 1 }))
    await client.publishAsync(device.topic, JSON.stringify(thousand), { qos: 1 })
    expect(await stored()).to.equal(1001)
    expect((await letters()).length).to.equal(0)
  })
})
