import fc from 'fast-check'
import { twins } from './twins.ts'
import { NOT_JSON, ODD_EPOCHS, ODD_KEYS, ODD_NUMBERS, ODD_TEXTS, ODD_TIMES } from './odd-values.ts'
import { FIELD_RANGES } from '../../support/field-ranges.ts'

/** JSON as text, so that keys can be repeated and numbers have notations that no serializer uses. */
type Source = fc.Arbitrary<string>

const RANGES: Record<string, readonly [least: number, most: number]> = FIELD_RANGES
const FIELDS = [...Object.keys(RANGES), 'ignition', 'status', 'seq', 'extra', 'time']

const odd = {
  number: fc.constantFrom(...ODD_NUMBERS),
  text: fc.constantFrom(...ODD_TEXTS).map((it) => `"${it}"`),
  key: fc.constantFrom(...ODD_KEYS),
}
/** May contain any code unit, including unpaired surrogates. */
const anyText: Source = fc.string({ unit: 'binary', maxLength: 40 }).map((it) => JSON.stringify(it))
const deep: Source = fc
  .record({ depth: fc.constantFrom(1, 2, 3, 4, 20, 1000, 20_000), open: fc.constantFrom('[]', '{}') })
  .map(({ depth, open }) =>
    open === '[]' ? '['.repeat(depth) + ']'.repeat(depth) : '{"a":'.repeat(depth) + '1' + '}'.repeat(depth),
  )
const scalar: Source = fc.oneof(
  odd.number,
  odd.text,
  anyText,
  fc.constantFrom('null', 'true', 'false'),
  fc.double({ noNaN: true, noDefaultInfinity: true }).map(numberText),
)
const oddValue: Source = fc.oneof(
  { weight: 12, arbitrary: scalar },
  { weight: 2, arbitrary: fc.json({ maxDepth: 3 }) },
  { weight: 1, arbitrary: fc.constantFrom(...NOT_JSON) },
  { weight: 1, arbitrary: deep },
)

/** Payloads of every kind, for readings received at about `nowMs`. */
export function payloads(nowMs: number): fc.Arbitrary<Buffer> {
  const reading = readings(nowMs)
  const few = fc.array(reading, { maxLength: 6 }).map(arrayOf)
  // Many small readings, around the largest allowed number.
  const many = fc
    .record({
      count: fc.constantFrom(99, 100, 101, 102, 999, 1000, 1001),
      some: fc.array(reading, { maxLength: 4 }),
      fill: fc.constantFrom('{"speed":1}', '1'),
    })
    .map(({ count, some, fill }) =>
      arrayOf([...some, ...Array.from({ length: Math.max(0, count - some.length) }, () => fill)]),
    )
  const text: Source = fc.oneof(
    { weight: 60, arbitrary: reading },
    { weight: 30, arbitrary: few },
    { weight: 1, arbitrary: many },
    { weight: 15, arbitrary: twins },
    { weight: 4, arbitrary: fc.json() },
    { weight: 2, arbitrary: oddValue },
    {
      weight: 1,
      arbitrary: fc.constantFrom(
        '',
        ' ',
        '[]',
        '[[]]',
        '[null]',
        'null',
        '{}',
        '[{}]',
        '{"time":0}',
        '{"seq":1}',
      ),
    },
  )
  const whole = text.map((it) => Buffer.from(it))
  const spoiled = fc
    .tuple(whole, fc.constantFrom(...SPOILERS), fc.nat(), fc.nat(255))
    .map(([it, spoil, at, byte]) => spoil(it, at, byte))
  return fc.oneof(
    { weight: 12, arbitrary: whole },
    { weight: 2, arbitrary: spoiled },
    { weight: 1, arbitrary: fc.uint8Array({ maxLength: 60 }).map((it) => Buffer.from(it)) },
  )
}

const SPOILERS: ((bytes: Buffer, at: number, byte: number) => Buffer)[] = [
  (bytes, at) => bytes.subarray(0, at % (bytes.length + 1)),
  (bytes, at, byte) =>
    Buffer.concat([
      bytes.subarray(0, at % (bytes.length + 1)),
      Buffer.from([byte]),
      bytes.subarray(at % (bytes.length + 1)),
    ]),
  (bytes, at, byte) => {
    if (bytes.length > 0) bytes[at % bytes.length] = byte
    return bytes
  },
  (bytes) => Buffer.concat([Buffer.from([0xef, 0xbb, 0xbf]), bytes]),
  (bytes) => Buffer.from(bytes.toString('utf8'), 'utf16le'),
  (bytes, at) =>
    Buffer.from(
      bytes.toString('utf8').replace(/\\u00e9|x/, ['\u00e9', '\u{1f69a}'][at % 2] ?? ''),
      at % 3 === 0 ? 'latin1' : 'utf8',
    ),
]

/** Mostly valid readings, and every kind of invalid one. */
function readings(nowMs: number): Source {
  const goodEntries = fc
    .subarray(Object.keys(RANGES).filter((it) => it !== 'lat' && it !== 'lon'))
    .chain((names) =>
      fc
        .record({
          numbers: fc.tuple(...names.map((name) => entry(name, good(name)))),
          position: fc.option(fc.tuple(entry('lat', good('lat')), entry('lon', good('lon'))), { nil: [] }),
          ignition: option(entry('ignition', fc.constantFrom('true', 'false'))),
          status: option(entry('status', goodText(1, 32))),
          seq: option(entry('seq', fc.maxSafeNat().map(String))),
          extra: option(entry('extra', extra)),
          time: fc.oneof(
            { weight: 9, arbitrary: entry('time', goodTime(nowMs)).map((it) => [it]) },
            { weight: 1, arbitrary: fc.constant([]) },
          ),
        })
        .map((it) => Object.values(it).flat()),
    )
  const badEntries = fc.oneof(
    { weight: 70, arbitrary: fc.constant([]) },
    {
      weight: 30,
      arbitrary: fc.array(
        fc.oneof(
          { weight: 4, arbitrary: fc.constantFrom(...FIELDS).chain((name) => entry(name, oddValue)) },
          {
            weight: 2,
            arbitrary: fc.constantFrom(...Object.keys(RANGES)).chain((name) => entry(name, atBound(name))),
          },
          { weight: 2, arbitrary: entry('time', oddTime(nowMs)) },
          { weight: 1, arbitrary: odd.key.chain((name) => entry(name, oddValue)) },
          { weight: 1, arbitrary: entry('extra', oddExtra) },
          { weight: 1, arbitrary: fc.constantFrom('lat', 'lon').chain((name) => entry(name, good(name))) },
        ),
        { minLength: 1, maxLength: 3 },
      ),
    },
  )
  const space = fc.constantFrom('', '', '', ' ', '\n', '\r\n\t')
  return fc
    .tuple(goodEntries, badEntries, fc.boolean(), space)
    .map(
      ([good, bad, first, space]) =>
        `${space}{${(first ? [...bad, ...good] : [...good, ...bad]).join(`,${space}`)}${space}}`,
    )
}

function entry(name: string, value: Source): Source {
  return value.map((it) => `"${name}":${it}`)
}

function option(value: Source): fc.Arbitrary<string[]> {
  return fc.oneof(
    fc.constant<string[]>([]),
    value.map((it) => [it]),
  )
}

function good(name: string): Source {
  const [min, max] = RANGES[name] ?? [0, 0]
  return fc.oneof(fc.double({ min, max, noNaN: true }), fc.integer({ min, max })).map(numberText)
}

function atBound(name: string): Source {
  const [least, most] = RANGES[name] ?? [0, 0]
  const step = (it: number) => Math.max(Math.abs(it) * Number.EPSILON, Number.MIN_VALUE)
  return fc
    .constantFrom(least, most, least - step(least), most + step(most), least + step(least), most - step(most))
    .map(numberText)
}

function goodText(minLength: number, maxLength: number): Source {
  return fc.oneof(
    fc
      .string({ unit: 'grapheme', minLength, maxLength: Math.ceil(maxLength / 4) })
      .map((it) => JSON.stringify(it)),
    fc.constantFrom('driving', '\u{1f69a}'.repeat(maxLength), '\\"\\\\').map((it) => `"${it}"`),
  )
}

const extra: Source = fc
  .array(
    fc.tuple(
      fc.string({ minLength: 1, maxLength: 12 }),
      fc.oneof(
        goodText(0, 256),
        fc.double({ noNaN: true, noDefaultInfinity: true }).map(numberText),
        fc.constantFrom('null', 'true'),
      ),
    ),
    { maxLength: 5 },
  )
  .map((entries) => `{${entries.map(([name, value]) => `${JSON.stringify(name)}:${value}`).join()}}`)

const oddExtra: Source = fc.oneof(
  oddValue,
  fc
    .constantFrom(0, 31, 32, 33, 1000)
    .map((count) => `{${Array.from({ length: count }, (_, n) => `"${n}":${n}`).join()}}`),
  fc
    .array(fc.tuple(odd.key, oddValue), { maxLength: 4 })
    .map((entries) => `{${entries.map(([name, value]) => `"${name}":${value}`).join()}}`),
)

const YEAR_2000_MS = 946_684_800_000
const HOUR_MS = 3_600_000

function goodTime(nowMs: number): Source {
  return fc
    .record({
      ms: fc.integer({ min: YEAR_2000_MS, max: nowMs - HOUR_MS }),
      zone: fc.integer({ min: -1439, max: 1439 }),
      fraction: fc.nat(999_999),
      digits: fc.integer({ min: 0, max: 9 }),
      form: fc.nat(5),
    })
    .map(({ ms, zone, fraction, digits, form }) => {
      if (form === 0) return String(ms)
      const local = new Date(Math.max(ms, YEAR_2000_MS + 24 * HOUR_MS) + zone * 60_000)
        .toISOString()
        .slice(0, 19)
      const minutes = Math.abs(zone)
      const two = (it: number) => String(it).padStart(2, '0')
      const offset = `${zone < 0 ? '-' : '+'}${two(Math.floor(minutes / 60))}:${two(minutes % 60)}`
      const decimals = digits === 0 ? '' : `.${String(fraction).padStart(9, '7').slice(0, digits)}`
      const separated = form === 1 ? local.replace('T', ' ') : form === 2 ? local.replace('T', 't') : local
      return `"${separated}${decimals}${form === 3 && zone % 2 === 0 ? 'z' : offset}"`
    })
}

function oddTime(nowMs: number): Source {
  const iso = (ms: number) => new Date(ms).toISOString()
  const at = (deltaMs: number) => [String(nowMs + deltaMs), `"${iso(nowMs + deltaMs)}"`]
  return fc.oneof(
    fc.constantFrom(...ODD_TIMES).map((it) => `"${it}"`),
    // The exact limit is tested elsewhere, with a fixed clock.
    fc.constantFrom(...[-120_000, 120_000, 240_000, 600_000, 86_400_000].flatMap(at)),
    fc.constantFrom(...ODD_EPOCHS),
    fc.constantFrom('null', 'true', '[]', '{}'),
  )
}

function arrayOf(readings: readonly string[]): string {
  return `[${readings.join()}]`
}

function numberText(value: number): string {
  return Object.is(value, -0) ? '-0' : String(value)
}
