import { expect } from 'chai'
import fc from 'fast-check'
import { readArea } from '../../../api/positions/area.ts'
import { readBearer } from '../../../api/access/authenticate.ts'
import { parseColumns } from '../../../api/history/columns.ts'
import { readCsv } from '../../../api/imports/csv.ts'
import { readCursor } from '../../../api/schema/cursor.ts'
import { readIfMatch } from '../../../api/http/etag.ts'
import { readHistoryCursor } from '../../../api/history/cursor.ts'
import { parseJson } from '../../../api/http/json.ts'
import { doesRound, mayRound, parseExact } from '../../../contract/exact-numbers.ts'
import { readLegacy } from '../../../api/intake/legacy-reading.ts'
import { readQuery } from '../../../api/http/query-string.ts'
import { readSessionCookie } from '../../../api/sessions/refresh-cookie.ts'
import { readTimeRange } from '../../../api/schema/time-range.ts'
import { parseWhere } from '../../../api/history/where.ts'
import { looksLikeTelemetry } from '../../../broker/gate/telemetry/telemetry-topic.ts'
import { decode } from '../../../broker/ingest/decode.ts'
import { readScopeAnnouncement } from '../../../broker/registry/scope-announcement.ts'
import { isDeeperThan } from '../../../contract/depth.ts'
import { parseLiveTopic, parseVehicleTopic } from '../../../contract/topics.ts'
import { networkOf } from '../../../kit/network.ts'
import { readPublicKey } from '../../../kit/public-key.ts'
import { readTokenHeader } from '../../../kit/token-header.ts'
import { cpuMs, pumped, superlinear, write } from '../../support/growth.ts'
import { openFixture, type Fixture } from '../fixture.ts'

/** Node.js accepts no longer headers or URLs. */
const HEADER_LENGTH_MAX = 16 * 1024
const BODY_LENGTH_MAX = 256 * 1024
const RUNS = 60

const parsers: [what: string, pieces: string[], lengthMax: number, read: (text: string) => unknown][] = [
  [
    'where',
    ['speed', 'status', '>', '=', '>=', '"', '""', ',', ' ', '1', '.', 'e', '-', 'ignition=true'],
    HEADER_LENGTH_MAX,
    (it) => parseWhere([it]),
  ],
  [
    'from',
    ['2026-11-20', 'T', '08:00:00', '.', '0', ' ', '+', ':', 'Z'],
    HEADER_LENGTH_MAX,
    (it) => readTimeRange({ from: it }),
  ],
  ['fields', ['speed', 'lat', ',', ' ', '_'], HEADER_LENGTH_MAX, (it) => parseColumns(it)],
  ['bbox', ['1', '.', ',', '-', 'e', '0'], HEADER_LENGTH_MAX, (it) => readArea({ bbox: it })],
  ['a cursor', ['a', 'AA', '=', '-', '.', '1'], HEADER_LENGTH_MAX, (it) => readCursor('v', it, /^\d{1,15}$/)],
  ['a cursor of history', ['n', 'p', '1', '.', 'v', '-'], HEADER_LENGTH_MAX, (it) => readHistoryCursor(it)],
  [
    'a query',
    ['a', '=', '&', '%', '%2', '%20', '+', 'limit=1'],
    HEADER_LENGTH_MAX,
    (it) => readQuery(it, { type: 'object' }),
  ],
  ['Authorization', ['Bearer', ' ', 'a', '.', '\t', '='], HEADER_LENGTH_MAX, (it) => readBearer(it)],
  [
    'Cookie',
    ['fleetwire_session', '=', ';', ' ', 'a', '.', '0'],
    HEADER_LENGTH_MAX,
    (it) => readSessionCookie(it),
  ],
  ['If-Match', ['"', ',', ' ', 'W/', '*', '1-', 'a'], HEADER_LENGTH_MAX, (it) => readIfMatch(it)],
  ['a token', ['eyJ', '.', 'a', '-', '_', '='], HEADER_LENGTH_MAX, (it) => readTokenHeader(it)],
  ['an address', ['::', ':', 'ffff', '0', '1', '.', '127.0.0.1'], HEADER_LENGTH_MAX, (it) => networkOf(it)],
  [
    'a key',
    ['-----BEGIN PUBLIC KEY-----', '-----END PUBLIC KEY-----', '\n', '\r\n', ' ', 'A', '='],
    HEADER_LENGTH_MAX,
    (it) => readPublicKey(it),
  ],
  [
    'JSON',
    ['{', '}', '[', ']', '"', '\\', ',', ':', '0', '1', 'e', '{"a":', '[],', '{},', ' ', 'true', '\n'],
    BODY_LENGTH_MAX,
    (it) => {
      const parsed = parseJson(it)
      if ('value' in parsed) isDeeperThan(parsed.value, 100)
    },
  ],
  [
    'CSV',
    ['key', ',', ';', '"', '""', '\n', '\r', '\r\n', ' ', 'attributes.a', 'a'],
    BODY_LENGTH_MAX,
    (it) => readCsv(`key,name\n${it}`, () => true),
  ],
  [
    'names of CSV',
    ['key', ',', ';', '"', '""', '\n', ' ', 'attributes.a', 'a'],
    BODY_LENGTH_MAX,
    (it) => readCsv(it, (name) => name === 'key' || name.startsWith('attributes.')),
  ],
  [
    'a payload',
    ['{', '}', '[', ']', '"', '\\u0000', '\\', ',', ':', '1', '{"speed":', '{"extra":', '[],', '{},'],
    BODY_LENGTH_MAX,
    (it) => decode(Buffer.from(it)),
  ],
  [
    'an old reading',
    ['1', '.', '-', '0'],
    BODY_LENGTH_MAX,
    (it) => readLegacy({ iot_id: it, speed: it, timestamp: it }, JSON.stringify({ iot_id: it, speed: it })),
  ],
  [
    'a number',
    ['1', '0', '12345678901234567890', '000000000000000000', '.', 'e-', '-', '"', ',"', ':'],
    BODY_LENGTH_MAX,
    (it) => {
      mayRound(it)
      doesRound(it)
      parseExact(JSON.stringify({ it }))
    },
  ],
  [
    'a topic',
    ['fleet/', '/', '+', '#', 'telemetry', 'live/', '1', 'a', '\0'],
    65_536,
    (it) => {
      parseVehicleTopic(it)
      parseLiveTopic(it)
      looksLikeTelemetry(it)
    },
  ],
  [
    'an announcement',
    ['user:', 'vehicles:', '1', ',', '0'],
    HEADER_LENGTH_MAX,
    (it) => readScopeAnnouncement(it),
  ],
]

/** Every `pattern` of a schema. */
function patternsIn(value: unknown, found = new Set<string>()): Set<string> {
  if (typeof value !== 'object' || value === null) return found
  for (const [name, inner] of Object.entries(value)) {
    if (name === 'pattern' && typeof inner === 'string') found.add(inner)
    patternsIn(inner, found)
  }
  return found
}

describe('time to parse a text', () => {
  function check(pieces: string[], lengthMax: number, read: (text: string) => unknown): void {
    const property = fc.property(pumped(pieces), (it) => {
      const fault = superlinear(read, it, lengthMax)
      if (fault !== undefined) throw new Error(`${JSON.stringify(it)}: ${fault}`)
    })
    fc.assert(property, { numRuns: RUNS, endOnFailure: true })
  }

  it('where is parsed in linear time after every beginning of a condition', () => {
    const [, pieces = [], lengthMax = 0, read = () => {}] = parsers.find(([what]) => what === 'where') ?? []
    const valid = 'speed>1,status="a"'
    for (let end = 0; end <= valid.length; end++)
      for (const pump of pieces)
        for (const after of ['', '"', 'x', ',']) {
          const it = { before: valid.slice(0, end), pump, after }
          expect(superlinear(read, it, lengthMax), JSON.stringify(it)).to.equal(undefined)
        }
  }).timeout(60_000)

  for (const [what, pieces, lengthMax, read] of parsers)
    it(`${what} is parsed in linear time`, () => check(pieces, lengthMax, read)).timeout(60_000)

  it('quadratic and cubic times are recognized', () => {
    const cubic = /^\s*a\s*(?:([^",]*?))\s*$/
    const quadratic = /^(\d+\.?\d*)$/
    expect(superlinear((it) => cubic.test(it), { before: 'a', pump: ' ', after: '"' }, 65_536)).to.be.a(
      'string',
    )
    expect(superlinear((it) => quadratic.test(it), { before: '', pump: '1', after: 'x' }, 65_536)).to.be.a(
      'string',
    )
  })
})

describe('time to handle a request', () => {
  let fixture: Fixture
  before(async () => (fixture = await openFixture()))
  after(() => fixture.close())

  it('every pattern in the OpenAPI document matches in linear time', async () => {
    const { body } = await fixture.call('GET', '/api/openapi.json')
    const patterns = [...patternsIn(body)]
    expect(patterns).to.have.length.greaterThan(10)
    for (const pattern of patterns) {
      const regExp = new RegExp(pattern, 'u')
      const pieces = ['a', 'A', '0', '1', ',', '.', '-', '_', ':', '@', 'e', ' ', '/', 'avg', 's']
      const property = fc.property(pumped(pieces), (it) => {
        const fault = superlinear((text) => regExp.test(text), it, HEADER_LENGTH_MAX)
        if (fault !== undefined) throw new Error(`${pattern} ${JSON.stringify(it)}: ${fault}`)
      })
      fc.assert(property, { numRuns: RUNS, endOnFailure: true })
    }
  }).timeout(60_000)

  const headers: [name: string, pieces: string[]][] = [
    ['accept', ['text/html', ',', ';', 'q=', '0.1', ' ', '"', '*/*']],
    ['accept-encoding', ['gzip', ',', ';', 'q=', '0', ' ', '*']],
    ['content-type', ['application/json', ';', 'charset', '=', '"', ' ', '/']],
    ['cookie', ['fleetwire_session', '=', ';', ' ']],
    ['if-match', ['"', ',', ' ', 'W/', '*']],
    ['idempotency-key', ['a', '!']],
    ['origin', ['http://', 'a', '.', ':', '/']],
    ['user-agent', ['a', '/', ' ', '(']],
    ['x-forwarded-for', ['127.0.0.1', ',', ' ', '::', ':']],
    ['x-request-id', ['a', '-', ' ']],
    ['authorization', ['Bearer ', 'a', '.', ' ']],
  ]
  for (const [name, pieces] of headers)
    it(`the header ${name} is handled in linear time`, async () => {
      const shown = await openFixture(
        { trustProxy: true, corsOrigins: 'https://example.org' },
        fixture.database,
      )
      const ask = async (value: string) => {
        const start = process.cpuUsage()
        // A header has no blanks at its ends.
        await shown.call('PATCH', '/api/vehicles/none', { body: {}, headers: { [name]: `x${value}x` } })
        return cpuMs(start)
      }
      await fc.assert(
        fc.asyncProperty(pumped(pieces), async (it) => {
          const clean = (length: number) => write(it, length).replaceAll(/[^ -~]/g, '')
          const times = []
          for (const length of [3000, 12_000]) {
            const tries = [await ask(clean(length)), await ask(clean(length)), await ask(clean(length))]
            times.push(Math.min(...tries))
          }
          const [short = 0, long = 0] = times
          if (long > 40 && long > 8 * short) throw new Error(`${JSON.stringify(it)}: ${short} ms, ${long} ms`)
        }),
        { numRuns: 4, endOnFailure: true },
      )
      await shown.close()
    })
})
