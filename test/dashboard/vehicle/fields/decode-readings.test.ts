import { expect } from 'chai'
import { decodeReadings } from '../../../../dashboard/vehicle/fields/decode-readings.ts'

const NOW_MS = Date.UTC(2026, 10, 22, 12)
const bytes = (text: string) => new TextEncoder().encode(text)
const decode = (message: unknown) => decodeReadings(bytes(JSON.stringify(message)), NOW_MS)

describe('a raw message of telemetry', () => {
  it('a raw message has one reading or an array', () => {
    expect(decode({ time: '2026-11-22T11:59:00Z', speed: 12 })).to.deep.equal([
      { timeMs: NOW_MS - 60_000, values: { speed: 12 }, extra: {} },
    ])
    expect(decode([{ speed: 1 }, { speed: 2 }])).to.have.length(2)
  })

  it('a reading without a time is of now; an integer time is in epoch milliseconds', () => {
    expect(decode({ speed: 1 })[0]?.timeMs).to.equal(NOW_MS)
    expect(decode({ time: NOW_MS - 5, speed: 1 })[0]?.timeMs).to.equal(NOW_MS - 5)
  })

  it('texts, booleans and extra values are kept', () => {
    const [it] = decode({
      ignition: true,
      status: 'ok',
      seq: 7,
      extra: { door: 'open', load: 3, none: null },
    })
    expect(it?.values).to.deep.equal({ ignition: true, status: 'ok', seq: 7 })
    expect(it?.extra).to.deep.equal({ door: 'open', load: 3 })
  })

  it('invalid values are left out, and readings without a valid value or with an invalid time', () => {
    expect(decode({ speed: -1, rpm: '900', fuel_level: 50 })[0]?.values).to.deep.equal({ fuel_level: 50 })
    expect(decode([{ speed: -1 }, null, 7, [], 'x'])).to.deep.equal([])
    expect(decode({ time: 'yesterday', speed: 1 })).to.deep.equal([])
    expect(decode({ time: NOW_MS + 3_600_000, speed: 1 })).to.deep.equal([])
  })

  it('-0 is read as 0', () => {
    const [reading] = decodeReadings(bytes('{"speed":-0,"lat":-0.0,"lon":1}'), NOW_MS)
    expect(Object.is(reading?.values.speed, 0) && Object.is(reading?.values.lat, 0)).to.equal(true)
  })

  it('a message that is not JSON, not UTF-8 or too long has no readings', () => {
    expect(decodeReadings(bytes('{"speed":'), NOW_MS)).to.deep.equal([])
    const notUtf8 = Uint8Array.from(bytes('{"status":"?"}'), (it) => (it === 0x3f ? 0xff : it))
    expect(decodeReadings(notUtf8, NOW_MS)).to.deep.equal([])
    expect(decodeReadings(bytes(`{"speed":1}${' '.repeat(300_000)}`), NOW_MS)).to.deep.equal([])
  })
})
