import { expect } from 'chai'
import fc from 'fast-check'
import { TEXT_PATTERN } from '../../../contract/text-pattern.ts'
import { parseWhere, type Condition } from '../../../api/history/where.ts'

describe('conditions of where', () => {
  const pointersAndCodes = (text: string) => parseWhere([text]).faults.map(({ code }) => code)

  it("a condition is a field, an operator and a value of the field's type", () => {
    expect(
      parseWhere(['speed>90', 'ignition=true,seq<=7', 'status!="a,""b"""', 'lat >= -1.5e1']),
    ).to.deep.equal({
      conditions: [
        { field: 'speed', operator: '>', value: 90 },
        { field: 'ignition', operator: '=', value: true },
        { field: 'seq', operator: '<=', value: 7 },
        { field: 'status', operator: '!=', value: 'a,"b"' },
        { field: 'lat', operator: '>=', value: -15 },
      ],
      faults: [],
    })
  })

  it('each invalid condition has a fault with its code', () => {
    expect(pointersAndCodes('')).to.deep.equal(['bad_text'])
    expect(pointersAndCodes('speed')).to.deep.equal(['bad_text'])
    expect(pointersAndCodes('speed>1,')).to.deep.equal(['bad_text'])
    expect(pointersAndCodes('pace>1,speed=fast,ignition>true,ignition=1')).to.deep.equal([
      'unknown_field',
      'wrong_type',
      'bad_text',
      'wrong_type',
    ])
    for (const text of [
      'speed>Infinity',
      'speed>0x10',
      'speed>1e999',
      'seq=1.5',
      'extra=1',
      'speed>',
      'seq>1e20',
    ])
      expect(pointersAndCodes(text), text).to.deep.equal(['wrong_type'])
    expect(pointersAndCodes('status="a\u0000"')).to.deep.equal(['bad_text'])
    expect(pointersAndCodes(Array.from({ length: 21 }, () => 'rpm>1').join(','))).to.deep.equal([
      'too_many_values',
    ])
  })

  it('written conditions are read back unchanged', () => {
    const operator = fc.constantFrom('>', '>=', '<', '<=', '=', '!=')
    const equality = fc.constantFrom('=', '!=')
    // -0 is written as 0.
    const number = fc.double({ noNaN: true, noDefaultInfinity: true }).map((it) => it + 0)
    const text = fc
      .string({ unit: 'grapheme', maxLength: 32 })
      .filter((it) => new RegExp(TEXT_PATTERN, 'u').test(it))
    const condition = fc.oneof(
      fc.record({ field: fc.constantFrom('speed', 'lat', 'odometer'), operator, value: number }),
      fc.record({ field: fc.constant('seq'), operator, value: fc.maxSafeNat() }),
      fc.record({ field: fc.constant('ignition'), operator: equality, value: fc.boolean() }),
      fc.record({ field: fc.constant('status'), operator: equality, value: text }),
    ) as fc.Arbitrary<Condition>
    const write = ({ field, operator, value }: Condition) =>
      field + operator + (typeof value === 'string' ? `"${value.replaceAll('"', '""')}"` : String(value))
    fc.assert(
      fc.property(fc.array(condition, { minLength: 1, maxLength: 5 }), (conditions) => {
        expect(parseWhere([conditions.map(write).join(',')])).to.deep.equal({ conditions, faults: [] })
      }),
    )
  })

  it('any text gives conditions or faults', () => {
    const piece = fc.oneof(
      fc.string(),
      fc.constantFrom('speed', '>', '=', ',', '"', '""', ' ', 'status', '!='),
    )
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 100 }), (pieces) => {
        const { conditions, faults } = parseWhere([pieces.join('')])
        expect(conditions.length + faults.length).to.be.at.least(1)
      }),
    )
  })
})
