import { expect } from 'chai'
import type { Reading } from '../../../contract/telemetry.ts'
import { compareReadings, type SentReading, type StoredReading } from '../../../simulator/verify/readings.ts'

const time = '2026-01-01T00:00:00.001Z'
const us = Date.parse(time) * 1000
const reading = { time: Date.parse(time), speed: 50.5, ignition: true, seq: 3, extra: { gear: 2, b: 'x' } }
const stored: StoredReading = {
  time,
  device: 'd',
  speed: 50.5,
  ignition: true,
  seq: 3,
  extra: { b: 'x', gear: 2 },
}

function kinds(sent: SentReading[], rows: object[]): string[] {
  return compareReadings('v', new Map([[us, sent]]), rows as StoredReading[]).map((it) => it.kind)
}
const acked: SentReading = { reading, device: 'd', acked: true }

describe('comparison of readings', () => {
  it('readings stored once with their values are correct', () => {
    expect(kinds([acked], [stored])).to.deep.equal([])
    expect(kinds([acked, acked], [stored])).to.deep.equal([])
  })

  it('a missing acknowledged reading is found, and a missing unacknowledged reading is allowed', () => {
    expect(kinds([acked], [])).to.deep.equal(['missing'])
    expect(kinds([{ ...acked, acked: false }], [])).to.deep.equal([])
    expect(kinds([{ ...acked, acked: false }], [stored])).to.deep.equal([])
  })

  it('a different, surplus or missing field is found, acknowledged or not', () => {
    const changes: object[] = [
      { speed: 50.6 },
      { rpm: 1 },
      { seq: undefined },
      { extra: { gear: 2 } },
      { device: 'e' },
    ]
    for (const change of changes) {
      expect(kinds([acked], [{ ...stored, ...change }])).to.deep.equal(['different'])
      expect(kinds([{ ...acked, acked: false }], [{ ...stored, ...change }])).to.deep.equal(['different'])
    }
  })

  it('a finding names the field that differs, with both values', () => {
    const [finding] = compareReadings('v', new Map([[us, [acked]]]), [{ ...stored, speed: 7 }])
    expect(finding?.detail).to.equal(`${time}: speed is 7, was 50.5`)
  })

  it('each of several different readings of one instant is required', () => {
    const other = { ...acked, reading: { ...reading, speed: 1 } }
    const otherStored = { ...stored, speed: 1 }
    expect(kinds([other, acked], [stored, otherStored])).to.deep.equal([])
    expect(kinds([other, acked], [stored])).to.deep.equal(['missing'])
    expect(kinds([{ ...other, acked: false }, acked], [stored])).to.deep.equal([])
    const twice = kinds([other, acked], [otherStored, otherStored])
    expect(twice).to.deep.equal(['stored_twice', 'missing'])
  })

  it('a row with wrong values counts for one reading, and the other readings are missing', () => {
    const other = { ...acked, reading: { speed: 1 } }
    const spoilt = { ...stored, speed: 50.6 }
    expect(kinds([other, acked], [spoilt])).to.deep.equal(['different', 'missing'])
    expect(kinds([acked], [stored, spoilt])).to.deep.equal(['unexpected'])
    const [finding] = compareReadings('v', new Map([[us, [other, acked]]]), [spoilt])
    expect(finding?.detail, 'compared with the reading it is most like').to.include('speed is 50.6, was 50.5')
  })

  it('equal readings need one row, of any of their devices', () => {
    const other = { ...acked, device: 'e' }
    expect(kinds([acked, other], [stored])).to.deep.equal([])
    expect(kinds([acked, other], [{ ...stored, device: 'e' }])).to.deep.equal([])
    expect(kinds([acked, other], [{ ...stored, device: 'f' }])).to.deep.equal(['different'])
    expect(kinds([acked, other], [stored, { ...stored, device: 'e' }])).to.deep.equal(['stored_twice'])
  })

  it('1 and 1.0, 0 and -0, and extras in another order are equal', () => {
    const values = JSON.parse(
      '{"speed":1.0,"lat":-0,"lon":1e0,"extra":{"10":1.0,"9":-0.0,"a":null}}',
    ) as Reading
    const row = { time, device: 'd', speed: 1, lat: 0, lon: 1, extra: { a: null, 9: 0, 10: 1 } }
    expect(kinds([{ ...acked, reading: { time, ...values } }], [row])).to.deep.equal([])
    expect(
      kinds([{ ...acked, reading: { time, speed: 1, extra: {} } }], [{ time, device: 'd', speed: 1 }]),
    ).to.deep.equal(['different'])
  })

  it('readings stored twice, or never sent, are found', () => {
    expect(kinds([acked], [stored, stored])).to.deep.equal(['stored_twice'])
    expect(kinds([acked], [stored, { ...stored, time: '2026-01-01T00:00:00.001500Z' }])).to.deep.equal([
      'unexpected',
    ])
  })
})
