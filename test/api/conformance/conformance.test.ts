import { expect } from 'chai'
import fc from 'fast-check'
import type { OpenApi } from '../../../api/openapi/document.ts'
import { createJudge, type Judge, type Operation, type Parameter } from './document.ts'
import { EXAMPLES, furnish, type Example } from './operations.ts'
import { spoil } from './spoil.ts'
import {
  callApi,
  makeToken,
  openFixtureWithBroker,
  type Answer,
  type Call,
  type Fixture,
} from '../fixture.ts'

/** Random requests to each operation, besides those derived from its schemas. FUZZ_REQUESTS makes the search longer. */
const RANDOM_REQUESTS = Number(process.env['FUZZ_REQUESTS'] ?? 15)
const AT_ONCE = 8
/** Successes that no request here produces. test/api/intake/intake.test.ts stops the database to get this 202. */
const ELSEWHERE = ['postTelemetry 202']

/** A request and the statuses that may answer it; without `statuses`, any declared one. */
interface Request {
  example: Example
  call?: Call
  /** sent unchanged, instead of the example's query */
  rawQuery?: string
  statuses?: number[]
}

describe('operations of the OpenAPI document', function () {
  this.timeout(240_000)
  let fixture: Fixture
  let judge: Judge
  const examples = new Map<string, Example[]>()

  before(async () => {
    fixture = await openFixtureWithBroker(
      {},
      { loginLimit: { failuresPerMinuteMax: 1_000_000 }, allowRegistration: true },
    )
    await furnish(fixture)
    const { body } = await fixture.call('GET', '/api/openapi.json')
    judge = createJudge(body as OpenApi)
  })
  after(() => fixture.close())

  function urlOf({ path }: Operation, { params = {}, query = {} }: Example, rawQuery?: string): string {
    const filled = path.replaceAll(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(params[name] ?? ''))
    const search = rawQuery ?? new URLSearchParams(query).toString()
    return search === '' ? filled : `${filled}?${search}`
  }

  async function send(operation: Operation, { example, call, rawQuery }: Request): Promise<Answer> {
    const { headers } = example
    const own = { ...('body' in example && { body: example.body }), ...(headers && { headers }) }
    return fixture.call(operation.method, urlOf(operation, example, rawQuery), call ?? own)
  }

  /** Sends a request and lists the faults of the reply. */
  async function findFault(operation: Operation, request: Request): Promise<string[]> {
    const answer = await send(operation, request)
    const fault = judge.findFault(operation, answer)
    const { statuses } = request
    const shown = JSON.stringify(request).slice(0, 300)
    if (fault !== undefined) return [`${fault} to ${shown}`]
    if (!statuses || statuses.includes(answer.status)) return []
    return [`${operation.id} answers ${answer.status}, not ${statuses.join(' or ')}, to ${shown}`]
  }

  /** Expects that the replies to these requests have no faults. */
  async function expectAll(operation: Operation, requests: Request[]): Promise<void> {
    const faults: string[] = []
    for (let at = 0; at < requests.length; at += AT_ONCE) {
      const some = requests.slice(at, at + AT_ONCE).map((request) => findFault(operation, request))
      faults.push(...(await Promise.all(some)).flat())
    }
    expect(faults.slice(0, 5).join('\n'), `${faults.length} faults`).to.equal('')
  }

  /** Runs `check` for each operation with its first example, which `check` must not change. */
  async function forEach(check: (operation: Operation, example: Example) => Promise<void>): Promise<void> {
    for (const operation of judge.operations) {
      const [example] = examples.get(operation.id) ?? []
      if (example) await check(operation, example)
    }
  }

  it('every operation has an example, and every example has an operation', () => {
    const ids = judge.operations.map(({ id }) => id)
    expect(Object.keys(EXAMPLES).toSorted()).to.deep.equal(ids.toSorted())
  })

  it('valid requests are answered as their operations declare', async () => {
    for (const operation of judge.operations) {
      const own = await EXAMPLES[operation.id]?.(fixture)
      expect(own, operation.id).to.not.equal(undefined)
      examples.set(operation.id, own ?? [])
      for (const example of own ?? []) {
        const { call, status } = example
        const request = { example, ...(call && { call }), statuses: [status] }
        expect(await findFault(operation, request)).to.deep.equal([])
      }
      if (operation.method !== 'GET') continue
      const { status, body } = await fixture.call('HEAD', urlOf(operation, own?.[0] ?? { status: 200 }))
      expect([status, body], operation.id).to.deep.equal([own?.[0]?.status, ''])
    }
  })

  it('an example shows every declared success', () => {
    const missing = judge.operations.flatMap(({ id, statuses }) => {
      const shown = new Set(examples.get(id)?.map(({ status }) => status))
      return statuses
        .filter((status) => status < 300 && !shown.has(status))
        .map((status) => `${id} ${status}`)
    })
    expect(missing).to.deep.equal(ELSEWHERE)
  })

  it('an operation admits only the roles that it declares', async () => {
    const strangers: [string | null, number][] = [
      [null, 401],
      ['no-token', 401],
      [makeToken({ lifetimeS: -3600 }), 401],
      [makeToken({ aud: 'mqtt' }), 401],
      [makeToken({ aud: 'intake', role: 'service', sub: 'api' }), 401],
      [makeToken({ role: 'device', sub: 'd1' }), 403],
    ]
    await forEach(async (operation, example) => {
      if (operation.isPublic) return
      const { isOfDevices } = operation
      const requests = strangers.map(([token, status]) => ({
        example,
        call: { token, ...(isOfDevices && { body: example.body }) },
        statuses: [isOfDevices ? 401 : status],
      }))
      await expectAll(operation, requests)
    })
  })

  it('bodies that do not match their schemas are refused', async () => {
    await forEach(async (operation, example) => {
      const { body } = operation
      if (!body) return
      const bad = [...spoil(body, example.body)].filter((it) => !judge.matches(body, it))
      expect(bad.length, operation.id).to.be.greaterThan(5)
      const { call } = example
      const requests = bad.map((it) => ({
        example: { ...example, body: it },
        ...(operation.isOfDevices && { call: { ...call, body: it } }),
        statuses: [operation.isOfDevices ? 422 : 400],
      }))
      await expectAll(operation, requests)
    })
  })

  it('bodies that are broken, huge or of another type are refused', async () => {
    await forEach(async (operation, example) => {
      if (!operation.method.startsWith('P') || operation.mediaType !== undefined) return
      const json = { 'content-type': 'application/json' }
      const own = operation.isOfDevices ? { token: example.call?.token ?? null } : {}
      const broken = ['{"a":', '{', '[1,]', '\u0000', "{'a':1}", 'nul', Uint8Array.of(0x22, 0xff, 0x22)]
      const deep = `${'['.repeat(100_000)}${']'.repeat(100_000)}`
      await expectAll(operation, [
        ...broken.map((raw) => ({ example, call: { ...own, raw, headers: json }, statuses: [400] })),
        { example, call: { ...own, raw: deep, headers: json }, statuses: [400, 413, 422] },
        { example, call: { raw: ' '.repeat(1024 * 1024 + 1), headers: json }, statuses: [413] },
        { example, call: { raw: '{}', headers: { 'content-type': 'text/plain' } }, statuses: [415] },
        {
          example,
          call: { raw: 'x', headers: { ...json, 'content-encoding': 'gzip' } },
          statuses: [400],
        },
      ])
    })
  })

  it('parameters that do not match their schemas are refused', async () => {
    await forEach(async (operation, example) => {
      const requests = operation.parameters.flatMap((parameter): Request[] => {
        const bad = badTexts(parameter).filter(
          (text) => !judge.matches(parameter.schema, valueOf(parameter, text)),
        )
        const place = PLACES[parameter.in]
        return bad.map((text) => ({
          example: { ...example, [place]: { ...example[place], [parameter.name]: text } },
          statuses: [400],
        }))
      })
      const twice = operation.parameters
        .filter((it) => it.in === 'query')
        .map(({ name }) => `${name}=1&${name}=1`)
      const unknown = ['no_such=1', '__proto__=1', '=', '%ff=%00']
      const queries = [...twice, ...unknown].map((rawQuery) => ({ example, rawQuery, statuses: [400] }))
      await expectAll(operation, [...requests, ...queries])
    })
  })

  it('invented cursors, and those of another listing, are refused', async () => {
    const cursors = ['x', 'nothing:v1', 'vehicle:\u0000', 'time:-1', 'time:1e99'].map((text) =>
      text.includes(':') ? Buffer.from(text).toString('base64url') : text,
    )
    await forEach(async (operation, example) => {
      if (!operation.parameters.some(({ name }) => name === 'cursor')) return
      const requests = cursors.map((cursor) => ({
        example: { ...example, query: { ...example.query, cursor } },
        statuses: [400],
      }))
      await expectAll(operation, requests)
    })
  })

  it('an Idempotency-Key that was used for another request is refused', async () => {
    const used = { 'Idempotency-Key': 'used' }
    await fixture.call('POST', '/api/vehicles', { body: { key: 'keyed' }, headers: used })
    await forEach(async (operation, example) => {
      const { token, raw, headers } = example.call ?? {}
      const isTaken = operation.parameters.some(({ name }) => name in used)
      // The administrator used the key, so other callers may use it.
      if (!isTaken || token !== undefined) return
      const own = raw === undefined ? 'body' in example && { body: example.body } : { raw }
      const call = { ...own, headers: { ...headers, ...used } }
      await expectAll(operation, [{ example, call, statuses: [409] }])
    })
  })

  it('unknown keys and ids get 404', async () => {
    const nothing = ['00000000-0000-4000-8000-000000000000', '999999999', 'not-there']
    await forEach(async (operation, example) => {
      const requests = operation.parameters.flatMap(({ name, in: place, schema }): Request[] => {
        // From the strictest format to the loosest; a key may have any of them.
        const text = nothing.find((it) => judge.matches(schema, it))
        if (place !== 'path' || text === undefined) return []
        return [{ example: { ...example, params: { ...example.params, [name]: text } }, statuses: [404] }]
      })
      await expectAll(operation, requests)
    })
  })

  it('random requests are answered as their operations declare', async () => {
    await forEach(async (operation, example) => {
      // By chance it could end the token that all other requests use.
      if (operation.id === 'postMeLogoutEverywhere') return
      const text = fc.oneof(
        fc.string({ unit: 'binary', maxLength: 80 }),
        fc.string(),
        fc.constantFrom('0', '-1', 'v1'),
      )
      const body = fc.oneof(fc.jsonValue(), anythingIn(example.body))
      const printable = fc.stringMatching(/^[ -~]{0,200}$/)
      const names = (place: Parameter['in']) =>
        operation.parameters.filter((it) => it.in === place).map(({ name }) => name)
      const texts = (place: Parameter['in']) =>
        fc
          .subarray(names(place))
          .chain((some) =>
            fc.record(Object.fromEntries(some.map((name) => [name, place === 'header' ? printable : text]))),
          )
      const random = fc.record({
        params: texts('path'),
        query: texts('query'),
        headers: texts('header'),
        body,
        replacesParams: fc.boolean(),
      })
      const property = fc.asyncProperty(random, async ({ params, query, headers, body, replacesParams }) => {
        const isBare = operation.method === 'GET' || operation.method === 'DELETE'
        const own = { ...example.params, ...(replacesParams && params) }
        // The URL would be a different one.
        if (Object.values(own).some((it) => /^(\.|%2e){0,2}$/i.test(it))) return
        const asked = { params: own, query: { ...query }, headers: { ...headers } }
        const request = { example: { ...asked, status: 0, ...(!isBare && { body }) } }
        expect((await findFault(operation, request)).join('\n')).to.equal('')
      })
      await fc.assert(property, { numRuns: RANDOM_REQUESTS })
    })
  })

  it('a path allows exactly the methods of its operations', async () => {
    const paths = new Set(judge.operations.map(({ path }) => path))
    for (const path of paths) {
      const own = judge.operations.filter((it) => it.path === path).map(({ method }) => method)
      const { url } = fixture
      const { status, headers } = await callApi(url, 'OPTIONS', path.replaceAll(/\{\w+\}/g, 'x'), {
        token: null,
      })
      expect(status, path).to.equal(204)
      const allowed = headers
        .get('allow')
        ?.split(', ')
        .filter((it) => it !== 'HEAD')
      expect(allowed, path).to.have.members(own)
      // `/api/vehicles/import` may also be a vehicle's path.
      const isOfAnother = [...paths].some(
        (it) => it !== path && new RegExp(`^${it.replaceAll(/\{\w+\}/g, '[^/]+')}$`).test(path),
      )
      if (!own.includes('PATCH') && !isOfAnother) {
        expect((await callApi(url, 'PATCH', path.replaceAll(/\{\w+\}/g, 'x'))).status, path).to.equal(405)
      }
    }
  })
})

/** A copy of `example` in which one of its values, or the whole, is replaced by any value. */
function anythingIn(example: unknown): fc.Arbitrary<unknown> {
  if (typeof example !== 'object' || example === null) return fc.jsonValue()
  const names = Object.keys(example)
  return fc
    .record({ name: fc.constantFrom(...names, 'other'), value: fc.jsonValue() })
    .map(({ name, value }) => {
      if (!Array.isArray(example)) return { ...example, [name]: value }
      return example.map((it: unknown, index) => (String(index) === name ? value : it))
    })
}

/** The part of an example that has each kind of parameter. */
const PLACES = { path: 'params', query: 'query', header: 'headers' } as const

/** Texts that a parameter should not accept; some may still match its schema. */
function badTexts({ schema, in: place }: Parameter): string[] {
  const { minimum = 0, maximum = 0, maxLength = 300 } = schema as Record<string, number | undefined>
  const limits = [minimum - 1, maximum + 1].map(String)
  const texts = [
    ...limits,
    '1e2',
    '0x10',
    ' 7',
    '1.5',
    'x'.repeat(maxLength + 1),
    'ä ö',
    'a\u0000b',
    'tru',
    '%',
  ]
  // A client does not send characters that a header cannot contain, and blanks around a value are not part of it.
  if (place === 'header') return texts.filter((it) => /^[!-~](?:[ -~]*[!-~])?$/.test(it))
  return place === 'path' ? texts : [...texts, '']
}

/** The value that a schema sees for a text: integers and booleans are parsed, everything else stays text. */
function valueOf({ schema }: Parameter, text: string): unknown {
  if (schema['type'] === 'integer' && /^-?\d{1,15}$/.test(text)) return Number(text)
  if (schema['type'] === 'boolean' && /^(true|false)$/.test(text)) return text === 'true'
  return text
}
