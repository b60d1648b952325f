import { readFileSync, writeFileSync } from 'node:fs'
import { expect } from 'chai'
import { createClient, type Client, type Problem, type Schemas } from '../../client/client.ts'
import { makeToken, openFixture, type Fixture } from '../api/fixture.ts'
import { makeSchema } from './make-schema.ts'

const SCHEMA = new URL('../../client/schema.ts', import.meta.url)

describe('typed client', () => {
  let fixture: Fixture
  let client: Client
  before(async () => {
    fixture = await openFixture()
    client = createClient({ url: fixture.url, token: () => makeToken() })
  })
  after(() => fixture.close())

  it('client/schema.ts has the types of the document (npm run client writes it)', async () => {
    const { body } = await fixture.call('GET', '/api/openapi.json')
    const schema = await makeSchema(body)
    if (process.env['UPDATE_CLIENT'] !== undefined) writeFileSync(SCHEMA, schema)
    expect(readFileSync(SCHEMA, 'utf8') === schema, 'client/schema.ts is up to date').to.equal(true)
  })

  it('the client creates and reads vehicles as its types declare', async () => {
    const made = await client.POST('/api/vehicles', { body: [{ key: 'v1' }, { key: 'v2', name: 'Bus' }] })
    expect(made.response.status).to.equal(201)
    const { data } = await client.GET('/api/vehicles', { params: { query: { limit: 1 } } })
    const items: Schemas['Vehicle'][] = data?.items ?? []
    expect(items.map(({ key }) => key)).to.deep.equal(['v1'])
    const next = { limit: 1, cursor: data?.next_cursor ?? '' }
    const { data: rest } = await client.GET('/api/vehicles', { params: { query: next } })
    expect(rest?.items[0]).to.include({ key: 'v2', name: 'Bus' })
    expect(rest?.next_cursor).to.equal(null)
  })

  it('the client returns problems as values', async () => {
    const { data, error } = await client.GET('/api/vehicles/{key}', { params: { path: { key: 'none' } } })
    const problem: Problem | undefined = error
    expect(data).to.equal(undefined)
    expect(problem).to.include({ status: 404, code: 'not_found' })
  })

  it('a client without a token is refused', async () => {
    const { error } = await createClient({ url: fixture.url }).GET('/api/vehicles')
    expect(error?.code).to.equal('unauthorized')
  })
})
