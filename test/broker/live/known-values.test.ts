import { expect } from 'chai'
import fc from 'fast-check'
import { bitOf, VALUE_COLUMNS } from '../../../broker/live/field-bits.ts'
import { KnownValues } from '../../../broker/live/known-values.ts'

const fields = (...names: Parameters<typeof bitOf>[0][]) => names.reduce((sum, it) => sum | bitOf(it), 0)
const place = fields('lat', 'lon')

describe('known values', () => {
  it('a reading with the newest position is written as a position only', () => {
    const known = new KnownValues()
    expect(known.note(1, 10, 0, place | fields('speed', 'rpm'), [])).to.equal('position')
    expect(known.note(1, 11, 0, place | fields('speed', 'rpm'), [])).to.equal('position')
    expect(known.note(1, 10, 0, place | fields('speed', 'rpm'), [])).to.equal(undefined)
    expect(known.take(1)).to.deep.equal([])
  })

  it('each newest value of a partial reading is written once', () => {
    const known = new KnownValues()
    expect(known.note(1, 10, 0, fields('speed', 'status'), [])).to.equal('values')
    expect(known.note(1, 12, 0, fields('speed'), [])).to.equal('values')
    expect(known.note(1, 11, 0, fields('speed'), [])).to.equal('values')
    expect(known.take(1)).to.deep.equal([
      { vehicleId: 1, timeUs: 12, nth: 0, fields: fields('speed') },
      { vehicleId: 1, timeUs: 10, nth: 0, fields: fields('status') },
    ])
    expect(known.take(1)).to.deep.equal([])
    expect(known.note(1, 11, 0, fields('speed'), [])).to.equal(undefined)
  })

  it('values that the newest reading with a position lacks are kept', () => {
    const known = new KnownValues()
    known.note(1, 10, 0, place | fields('fuel_level', 'extra'), ['door', 'load'])
    expect(known.note(1, 11, 0, place | fields('extra'), ['load'])).to.equal('both')
    expect(known.take(1)).to.deep.equal([
      { vehicleId: 1, timeUs: 10, nth: 0, fields: fields('fuel_level', 'extra') },
    ])
  })

  it('values that could not be written are dirty again', () => {
    const known = new KnownValues()
    known.note(1, 10, 0, fields('speed', 'extra'), ['door'])
    const taken = known.take(1)
    for (const it of taken) known.giveBack(it)
    known.note(1, 11, 0, fields('speed'), [])
    expect(known.take(1)).to.have.deep.members([
      { vehicleId: 1, timeUs: 11, nth: 0, fields: fields('speed') },
      { vehicleId: 1, timeUs: 10, nth: 0, fields: fields('extra') },
    ])
  })

  it('known values are removed with their vehicle', () => {
    const known = new KnownValues()
    known.note(1, 10, 0, fields('speed'), [])
    known.forget(1)
    expect(known.take(1)).to.deep.equal([])
    expect(known.note(2, 5, 0, fields('speed'), [])).to.equal('values')
  })

  it('the oldest name in `extra` beyond 96 of a vehicle is forgotten', () => {
    const known = new KnownValues()
    for (let n = 0; n < 100; n++) known.note(1, 1000 + n, 0, fields('extra'), [`name ${n}`])
    const times = known.take(1).map(({ timeUs }) => timeUs)
    expect(times).to.have.length(96)
    expect(Math.min(...times)).to.equal(1004)
  })

  it('no newest value is lost, whatever the order of readings and writes', () => {
    const names = ['a', 'b'] as const
    const reading = fc.record({
      timeUs: fc.integer({ min: 1, max: 12 }),
      hasPosition: fc.boolean(),
      columns: fc.subarray([...VALUE_COLUMNS].slice(0, 4)),
      extras: fc.subarray([...names]),
      isWritten: fc.boolean(),
    })
    fc.assert(
      fc.property(fc.array(reading, { maxLength: 30 }), (readings) => {
        const known = new KnownValues()
        const table = new Map<string, number>()
        const newest = new Map<string, number>()
        const nths = new Map<number, number>()
        const stored = new Map<string, string[]>()
        let position = -1
        const put = (to: Map<string, number>, name: string, at: number) =>
          to.set(name, Math.max(to.get(name) ?? -1, at))
        const write = () => {
          for (const { timeUs, nth, fields: mask } of known.take(1)) {
            for (const name of stored.get(`${timeUs}:${nth}`) ?? []) {
              const bit = name.startsWith('extra.') ? bitOf('extra') : bitOf(name as 'speed')
              if ((mask & bit) !== 0) put(table, name, timeUs * 100 + nth)
            }
          }
          if (position >= 0)
            for (const name of stored.get(`${Math.floor(position / 100)}:${position % 100}`) ?? [])
              put(table, name, position)
        }
        for (const { timeUs, hasPosition, columns, extras, isWritten } of readings) {
          const nth = nths.get(timeUs) ?? 0
          nths.set(timeUs, nth + 1)
          const at = timeUs * 100 + nth
          const all = [...columns, ...extras.map((it) => `extra.${it}`)]
          stored.set(`${timeUs}:${nth}`, all)
          for (const name of all) put(newest, name, at)
          const mask =
            (hasPosition ? place : 0) | fields(...columns, ...(extras.length > 0 ? (['extra'] as const) : []))
          known.note(1, timeUs, nth, mask, extras)
          if (hasPosition) position = Math.max(position, at)
          if (isWritten) write()
        }
        write()
        expect(table).to.deep.equal(newest)
      }),
    )
  })
})
