import { Ajv2020 } from 'ajv/dist/2020.js'
import { expect } from 'chai'
import {
  NUMBER_FIELDS,
  READING_FIELDS,
  READING_SCHEMA,
  type NumberField,
  type Reading,
} from '../../contract/telemetry.ts'
import { FIELD_RANGES } from '../support/field-ranges.ts'

const isReading = new Ajv2020({ strict: true, allowUnionTypes: true, logger: false }).compile<Reading>(
  READING_SCHEMA,
)
const numberFields = Object.keys(NUMBER_FIELDS) as NumberField[]

/** An object with one field; lat and lon come together. */
function withField(name: NumberField, value: unknown): object {
  return { ...(name === 'lat' && { lon: 0 }), ...(name === 'lon' && { lat: 0 }), [name]: value }
}

describe('schema of a reading', () => {
  it('a reading has time and every field, and no other', () => {
    expect(Object.keys(READING_SCHEMA.properties)).to.deep.equal(['time', ...READING_FIELDS])
  })

  it('a set of fields fits into the bits of an integer', () => {
    expect(READING_FIELDS).to.have.length.at.most(31)
  })

  for (const name of numberFields) {
    const [minimum, maximum] = FIELD_RANGES[name]
    it(`${name} may be from ${minimum} to ${maximum}, and not beyond`, () => {
      for (const value of [minimum, maximum, (minimum + maximum) / 2]) {
        expect(isReading(withField(name, value)), String(value)).to.equal(true)
      }
      for (const value of [
        minimum - 0.001,
        maximum + 0.001,
        String(minimum),
        null,
        Number.NaN,
        true,
        [minimum],
      ]) {
        expect(isReading(withField(name, value)), String(value)).to.equal(false)
      }
    })
  }

  it('lat and lon are accepted only together', () => {
    expect(isReading({ lat: 1, lon: 2 })).to.equal(true)
    expect(isReading({ lat: 1 })).to.equal(false)
    expect(isReading({ lon: 1, speed: 3 })).to.equal(false)
  })

  const status = (value: unknown) => isReading({ status: value })
  it('a status has 1 to 32 characters', () => {
    expect(status('x')).to.equal(true)
    expect(status('x'.repeat(32))).to.equal(true)
    expect(status('\u{1f69a}'.repeat(32))).to.equal(true)
    expect(status('')).to.equal(false)
    expect(status('x'.repeat(33))).to.equal(false)
    expect(status(7)).to.equal(false)
  })

  it('text that a column cannot store or a terminal would interpret is refused', () => {
    for (const text of ['a\0b', 'a\nb', '\u001b[31m', '\u007f', '\ud83d', '\ude9a', '\ude9a\ud83d']) {
      expect(status(text), JSON.stringify(text)).to.equal(false)
      expect(isReading({ extra: { a: text } }), JSON.stringify(text)).to.equal(false)
      expect(isReading({ extra: { [text]: 1 } }), JSON.stringify(text)).to.equal(false)
    }
  })

  it('a seq is an integer that a number holds exactly', () => {
    for (const seq of [0, 1, Number.MAX_SAFE_INTEGER]) expect(isReading({ seq })).to.equal(true)
    for (const seq of [-1, 0.5, 2 ** 53, '1']) expect(isReading({ seq }), String(seq)).to.equal(false)
  })

  it('ignition is a boolean', () => {
    expect(isReading({ ignition: false })).to.equal(true)
    for (const ignition of [0, 1, 'true', null]) expect(isReading({ ignition })).to.equal(false)
  })

  it('extra has up to 32 scalars', () => {
    const many = (count: number) => Object.fromEntries(Array.from({ length: count }, (_, n) => [`s${n}`, n]))
    for (const extra of [
      {},
      many(32),
      { a: 'x'.repeat(256), b: true, c: null, d: -1.5 },
      { ['n'.repeat(64)]: 1 },
    ]) {
      expect(isReading({ extra })).to.equal(true)
    }
    const others = [
      many(33),
      { a: 'x'.repeat(257) },
      { a: {} },
      { a: [] },
      { '': 1 },
      { ['n'.repeat(65)]: 1 },
      [],
      'x',
    ]
    for (const extra of others) expect(isReading({ extra }), JSON.stringify(extra)).to.equal(false)
  })

  it('an unknown field is refused, whatever its name', () => {
    for (const name of ['Speed', 'vehicle_id', 'received_at', 'constructor', '__proto__']) {
      const reading: unknown = JSON.parse(`{"speed":1,${JSON.stringify(name)}:1}`)
      expect(isReading(reading), name).to.equal(false)
      const extra: unknown = JSON.parse(`{"extra":{${JSON.stringify(name)}:1}}`)
      expect(isReading(extra), `extra ${name}`).to.equal(name !== '__proto__')
    }
  })

  it('a reading must be an object', () => {
    for (const value of [null, [], 'x', 1, true]) expect(isReading(value)).to.equal(false)
  })
})
