import fc from 'fast-check'

/** Numbers in several notations, each of which is one number to the database; -0 is 0. */
const SPELLINGS = [
  ['1', '1.0', '1e0', '10e-1'],
  ['0', '-0', '-0.0', '0e5'],
  ['100', '1e2', '100.000'],
  ['0.1', '1e-1', '0.1000000000000000055511151231257827'],
] as const
/** Every notation of a second is the same instant. */
const SECONDS = Array.from({ length: 20 }, (_, n) => {
  const ms = Date.UTC(2026, 0, 1, 0, 0, n)
  const utc = new Date(ms).toISOString().slice(0, 19)
  const ahead = new Date(ms + 3_600_000).toISOString().slice(0, 19)
  return [String(ms), `"${utc}Z"`, `"${ahead}.000+01:00"`] as const
})
/** All but the last are equal. */
const EXTRAS = ['{"a":1,"b":null}', '{"b":null,"a":1.0}', '{"a":2,"a":1,"b":null}', '{"a":1}'] as const
const STATUSES = ['"on"', '"\\u006fn"', '"off"'] as const

/** A reading of one of a few instants, with values equal or nearly equal to those of others. */
const twin: fc.Arbitrary<string> = fc
  .record({
    second: fc.nat(SECONDS.length - 1),
    time: fc.nat(2),
    name: fc.constantFrom('speed', 'lat', 'altitude'),
    number: fc.constantFrom(...SPELLINGS).chain((it) => fc.constantFrom<string>(...it)),
    extra: fc.option(fc.constantFrom(...EXTRAS), { nil: undefined }),
    status: fc.option(fc.constantFrom(...STATUSES), { nil: undefined }),
    seq: fc.option(fc.constantFrom('7', '7.0', '8'), { nil: undefined }),
  })
  .map(({ second, time, name, number, extra, status, seq }) => {
    const entries = [
      `"time":${SECONDS[second]?.[time]}`,
      ...(name === 'lat' ? [`"lon":0`, `"lat":${number}`] : [`"${name}":${number}`]),
      ...(extra === undefined ? [] : [`"extra":${extra}`]),
      ...(status === undefined ? [] : [`"status":${status}`]),
      ...(seq === undefined ? [] : [`"seq":${seq}`]),
    ]
    return `{${entries.join()}}`
  })

/** JSON texts: such a reading alone, several of them, and exact repetitions. */
export const twins: fc.Arbitrary<string> = fc.oneof(
  twin,
  fc.array(twin, { minLength: 2, maxLength: 12 }).map((it) => `[${it.join()}]`),
  twin.map((it) => `[${it},${it},${it}]`),
)
