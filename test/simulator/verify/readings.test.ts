import { expect } from 'chai'
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

describe('comparing readings', () => {
  it('finds nothing when each is stored once with its values', () => {
    expect(kinds([acked], [stored])).to.deep.equal([])
    expect(kinds([acked, acked], [stored])).to.deep.equal([])
  })

  it('finds an acknowledged reading that is missing, and forgives one that was not acknowledged', () => {
    expect(kinds([acked], [])).to.deep.equal(['missing'])
    expect(kinds([{ ...acked, acked: false }], [])).to.deep.equal([])
    expect(kinds([{ ...acked, acked: false }], [stored])).to.deep.equal([])
  })

  it('finds any field that differs, is too much or too little, acknowledged or not', () => {
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

  it('says which field differs and how', () => {
    const [finding] = compareReadings('v', new Map([[us, [acked]]]), [{ ...stored, speed: 7 }])
    expect(finding?.detail).to.equal(`${time}: speed is 7, was 50.5`)
  })

  it('accepts any of several readings that were sent for the same time', () => {
    const other = { ...acked, reading: { ...reading, speed: 1 } }
    expect(kinds([other, acked], [stored])).to.deep.equal([])
  })

  it('finds what is stored twice, and what was never sent', () => {
    expect(kinds([acked], [stored, stored])).to.deep.equal(['stored_twice'])
    expect(kinds([acked], [stored, { ...stored, time: '2026-01-01T00:00:00.001500Z' }])).to.deep.equal([
      'unexpected',
    ])
  })
})
