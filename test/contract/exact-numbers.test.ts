import { expect } from 'chai'
import fc from 'fast-check'
import { digitsOf, doesRound, mayRound, parseExact, stringifyExact } from '../../contract/exact-numbers.ts'
import { superlinear, write } from '../support/growth.ts'

/** The value of a JSON number as a fraction of integers, so that nothing is rounded. */
function valueOf(token: string): { numerator: bigint; tens: number } {
  const [mantissa = '', exponent = '0'] = token.toLowerCase().split('e')
  const [whole = '', fraction = ''] = mantissa.split('.')
  let numerator = BigInt(whole.replace('-', '') + fraction)
  let tens = Number(exponent) - fraction.length
  if (numerator === 0n) return { numerator, tens: 0 }
  for (; numerator % 10n === 0n; tens++) numerator /= 10n
  return { numerator: whole.startsWith('-') ? -numerator : numerator, tens: tens + 0 }
}

const digits = (maxLength: number) =>
  fc.string({ unit: fc.constantFrom(...Array.from('0123456789')), minLength: 1, maxLength })
const number = fc
  .record({
    sign: fc.constantFrom('', '-'),
    whole: digits(25).map((it) => it.replace(/^0+(?=.)/, '')),
    fraction: fc.option(digits(25)),
    exponent: fc.option(fc.tuple(fc.constantFrom('e', 'E'), fc.constantFrom('', '+', '-'), digits(3))),
  })
  .map(
    ({ sign, whole, fraction, exponent }) =>
      `${sign}${whole}${fraction === null ? '' : `.${fraction}`}${exponent?.join('') ?? ''}`,
  )
const doubles = fc.double({ noNaN: true, noDefaultInfinity: true }).map((it) => JSON.stringify(it))
const texts = fc.oneof(
  fc.string(),
  digits(30),
  fc.constant('",:-1e-400,'),
  fc.constant('\\"12345678901234567890'),
)

describe('numbers in JSON', () => {
  it('numbers keep their values through parsing and writing, in any surroundings', () => {
    const item = fc.oneof(
      fc.oneof(number, doubles).map((token) => ({ token })),
      texts.map((text) => ({ text })),
    )
    const members = fc.uniqueArray(fc.tuple(texts, item), { selector: ([name]) => name, maxLength: 8 })
    fc.assert(
      fc.property(members, (list) => {
        const written = list.map(([name, it]) => {
          const value = 'token' in it ? it.token : JSON.stringify(it.text)
          return `${JSON.stringify(name)} : [${value},{"a":${value}}]`
        })
        const text = `{${written.join(' ,\n')}}`
        const exact = parseExact(text) as Record<string, [unknown, { a: unknown }]>
        const isRounded = Object.values(exact).some(([it]) => digitsOf(it) !== undefined)
        if (isRounded && Number.isFinite(sumOf(JSON.parse(text)))) {
          expect(mayRound(text), text).to.equal(true)
          expect(doesRound(text), text).to.equal(true)
        }
        // As text, so that nothing rounds it in transit.
        const again = parseTokens(stringifyExact(exact))
        for (const [name, it] of list) {
          const [first, nested] = again(name)
          if ('text' in it) expect([first, nested]).to.deep.equal([it.text, it.text])
          else
            for (const token of [first, nested])
              expect(valueOf(String(token))).to.deep.equal(valueOf(it.token))
        }
      }),
      { numRuns: 3000 },
    )
  })

  it('numbers that a double holds are parsed as usual', () => {
    const text =
      '{"lat":59.12345678901234,"a":[-0,1.0,1e5,1E-99,0.1,9007199254740991],"b":"12345678901234567891"}'
    expect(parseExact(text)).to.deep.equal(JSON.parse(text))
    expect(mayRound(text)).to.equal(true)
    expect(doesRound('{"lat":59.12345678901234,"lon":18.12345678901234}')).to.equal(false)
    expect(mayRound('{"time":"2026-11-21T08:00:00.123456Z","lat":59.12345,"lon":-118.2}')).to.equal(false)
  })

  it('256 KiB of digits are parsed in linear time', () => {
    for (const shape of [
      { before: '[0.', pump: '0', after: '1]' },
      { before: '[', pump: '1', after: ']' },
    ]) {
      const text = write(shape, 260_000)
      expect(stringifyExact(parseExact(text))).to.equal(text)
      expect(superlinear((it) => stringifyExact(parseExact(it)), shape, 262_144)).to.equal(undefined)
    }
  })

  /** The values of a written object by name, each number as its text. */
  function parseTokens(text: string): (name: string) => [unknown, unknown] {
    const quoted = text.replace(/"[^"\\]*(?:\\.[^"\\]*)*"|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/g, (it) =>
      it.startsWith('"') ? it : `"${it}"`,
    )
    const values = new Map(Object.entries(JSON.parse(quoted) as Record<string, [unknown, { a: unknown }]>))
    return (name) => {
      const [first, second] = values.get(name) ?? []
      return [first, second?.a]
    }
  }

  function sumOf(value: unknown): number {
    if (typeof value === 'number') return Math.abs(value)
    if (typeof value !== 'object' || value === null) return 0
    return Object.values(value).reduce((sum: number, it) => Math.max(sum, sumOf(it)), 0)
  }
})
