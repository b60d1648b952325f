import { readFileSync } from 'node:fs'
import { createConfig, lintFromString } from '@redocly/openapi-core'
import { Ajv2020 } from 'ajv/dist/2020.js'
import { expect } from 'chai'
import { API_VERSION, buildOpenApi, type OpenApi } from '../../../api/openapi/document.ts'
import { replyObject } from '../../../api/schema/reply-schemas.ts'
import { route } from '../../../api/http/route.ts'
import { keyParams, keySchema, object, oneOrMany } from '../../../api/schema/fields.ts'
import { openFixture, type Fixture } from '../fixture.ts'

const thing = replyObject('Thing', { key: keySchema })
const makeThings = route({
  method: 'post',
  path: '/api/things',
  summary: 'Make things',
  tag: 'vehicles',
  access: ['admin'],
  body: oneOrMany(object({ key: keySchema }, ['key'])),
  replies: { 201: { description: 'Made', schema: thing } },
  problems: ['conflict'],
  handle: () => ({ status: 201 }),
})
const readThing = route({
  method: 'get',
  path: '/api/things/{key}',
  summary: 'A thing',
  tag: 'vehicles',
  access: 'public',
  params: keyParams,
  replies: { 200: { description: 'It', schema: thing } },
  handle: () => ({ status: 200 }),
})

/** Findings of the rules that Redocly's command line calls `recommended-strict`. */
async function lint(document: unknown): Promise<string[]> {
  const config = await createConfig({ extends: ['recommended-strict'] })
  const source = JSON.stringify(document)
  const found = await lintFromString({ source, absoluteRef: 'openapi.json', config })
  return found.map(({ ruleId, message, location }) => `${ruleId}: ${message} ${location[0]?.pointer}`)
}

/** The schemas of parameters, bodies and replies, and those that they refer to. */
function schemasOf(part: unknown): object[] {
  if (typeof part !== 'object' || part === null) return []
  return Object.entries(part).flatMap(([name, value]) => [
    ...(name === 'schema' ? [value as object] : name === 'schemas' ? Object.values(value as object) : []),
    ...schemasOf(value),
  ])
}

describe('OpenAPI document of the API', () => {
  let fixture: Fixture
  let document: OpenApi
  before(async () => {
    fixture = await openFixture()
    const { status, body } = await fixture.call('GET', '/api/openapi.json', { token: null })
    expect(status).to.equal(200)
    document = body
  })
  after(() => fixture.close())

  it('the document passes a public linter without a warning', async () => {
    expect(await lint(document)).to.deep.equal([])
  })

  it('a mistake in the document fails the linter', async () => {
    const { paths } = structuredClone(document)
    Object.assign(paths['/healthz']?.['get'] ?? {}, { summary: undefined })
    expect(await lint({ ...document, paths })).to.have.length(1)
  })

  it('all schemas in the document are valid', () => {
    const ajv = new Ajv2020({ strict: false })
    const schemas = schemasOf(document)
    expect(schemas).to.have.length.greaterThan(100)
    for (const schema of schemas)
      expect(ajv.validateSchema(schema), `${ajv.errorsText()} ${JSON.stringify(schema)}`).to.equal(true)
  })

  it('the document has the version of the package', () => {
    const file = readFileSync(new URL('../../../package.json', import.meta.url), 'utf8')
    expect((JSON.parse(file) as { version: string }).version).to.equal(API_VERSION)
  })

  it('the document names operations with If-Match, an Idempotency-Key or the session cookie', () => {
    const operations = Object.entries(document.paths).flatMap(([path, methods]) =>
      Object.entries(methods).map(([method, it]) => ({ ...it, name: `${method} ${path}` })),
    )
    const namesOf = (some: typeof operations) => some.map(({ name }) => name)
    const taking = (header: string) =>
      namesOf(operations.filter(({ parameters }) => parameters?.some(({ name }) => name === header)))
    const needing = (scheme: string) =>
      operations.filter(({ security }) => security.some((it) => scheme in it))

    expect(taking('If-Match')).to.deep.equal(
      namesOf(operations.filter(({ responses }) => '412' in responses)),
    )
    expect(taking('If-Match')).to.include.members(['patch /api/vehicles/{key}', 'delete /api/devices/{key}'])
    const posts = needing('bearer').filter(({ name }) => name.startsWith('post'))
    expect(taking('Idempotency-Key')).to.deep.equal(namesOf(posts))
    expect(posts.every(({ responses }) => '409' in responses)).to.equal(true)
    expect(namesOf(needing('session'))).to.have.members(['post /api/session', 'delete /api/session'])
  })

  it('the document describes itself', () => {
    expect(document.paths['/api/openapi.json']?.['get']?.operationId).to.equal('getOpenApi')
  })
})

describe('building an OpenAPI document', () => {
  const { paths, components } = buildOpenApi([makeThings, readThing])
  const make = paths['/api/things']?.['post']
  const read = paths['/api/things/{key}']?.['get']

  it('operations are named by method and path', () => {
    expect([make?.operationId, read?.operationId]).to.deep.equal(['postThings', 'getThing'])
  })

  it('a schema with a title appears once', () => {
    const { title: _, ...own } = thing
    expect(components.schemas['Thing']).to.deep.equal(own)
    expect(read?.responses['200'])
      .to.have.property('content')
      .that.deep.equals({
        'application/json': { schema: { $ref: '#/components/schemas/Thing' } },
      })
  })

  it('refusals follow from access, body and declaration', () => {
    expect(Object.keys(make?.responses ?? {}).join(' ')).to.equal('201 400 401 403 409 413 415 500 503')
    expect(Object.keys(read?.responses ?? {}).join(' ')).to.equal('200 400 500')
  })

  it('a token is required unless the route is public', () => {
    expect([make?.security, read?.security]).to.deep.equal([[{ bearer: [] }], []])
  })

  it('one-or-many bodies are declared in a form that client generators know', () => {
    const one = object({ key: keySchema }, ['key'])
    const schema = { oneOf: [one, { type: 'array', minItems: 1, maxItems: 1000, items: one }] }
    expect(make?.requestBody).to.deep.equal({ required: true, content: { 'application/json': { schema } } })
  })

  it('two operations of one name, or two schemas of one title, are refused', () => {
    expect(() => buildOpenApi([readThing, readThing])).to.throw('two operations are called getThing')
    const other = {
      ...makeThings,
      replies: { 201: { description: '', schema: { ...thing, maxProperties: 1 } } },
    }
    expect(() => buildOpenApi([readThing, other])).to.throw('two schemas have the title Thing')
  })
})
