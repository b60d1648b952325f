import { randomUUID } from 'node:crypto'
import { expect } from 'chai'
import { hashPassword } from '../../api/users/passwords.ts'
import { openApi, type Api, type ApiOptions } from '../../api/server.ts'
import { makeClaims, type Claims } from '../../contract/claims.ts'
import { createJwt, type Jwt } from '../../kit/jwt.ts'
import { createLog } from '../../kit/log.ts'
import { createMetrics } from '../../kit/metrics.ts'
import { createSecretSeal } from '../../kit/sealed-secret.ts'
import type { Sql } from '../../sql/connect.ts'
import { openTestBroker, type TestBroker } from '../support/broker.ts'
import { eventually } from '../support/eventually.ts'
import { openTestDatabase, type TestDatabase } from '../support/database.ts'

export interface Call {
  /** null: no Authorization header; default: that of an administrator */
  token?: string | null
  /** sent as JSON */
  body?: unknown
  /** sent unchanged */
  raw?: string | Uint8Array<ArrayBuffer>
  headers?: Record<string, string>
}

export interface Answer {
  status: number
  headers: Headers
  // Each test expects its own shape.
  // oxlint-disable-next-line typescript/no-explicit-any
  body: any
}

export interface Fixture {
  api: Api
  url: string
  sql: Sql
  jwt: Jwt
  database: TestDatabase
  /** `call('POST', '/api/vehicles', { body })` as an administrator by default */
  call(method: string, path: string, call?: Call): Promise<Answer>
  close(): Promise<void>
}

/** An address at which no broker listens. */
const NO_BROKER = 'http://127.0.0.1:1'
export const SECRET = 'a secret of the tests, long enough'

/** The API on a database of its own, or on a shared one that is kept when the API closes. */
export async function openFixture(
  options: Partial<ApiOptions> = {},
  shared?: TestDatabase,
): Promise<Fixture> {
  const database = shared ?? (await openTestDatabase())
  const jwt = createJwt(SECRET)
  await addUser(database.sql, 'admin')
  const api = await openApi({ ...optionsFor(database.sql), ...options })
  const url = `http://127.0.0.1:${api.port}`
  return {
    api,
    url,
    sql: database.sql,
    jwt,
    database,
    call: (method, path, call) => callApi(url, method, path, call),
    async close() {
      await api.close()
      if (shared === undefined) await database.drop()
    },
  }
}

/** The same with a broker that the API can reach, and that closes with the API. */
export async function openFixtureWithBroker(
  settings: Record<string, string> = {},
  options: Partial<ApiOptions> = {},
): Promise<Fixture & { broker: TestBroker }> {
  const broker = await openTestBroker({ JWT_SECRET: SECRET, ...settings })
  const brokerUrl = `http://127.0.0.1:${broker.statusPort}`
  const fixture = await openFixture({ brokerUrl, ...options }, broker.db)
  return {
    ...fixture,
    broker,
    async close() {
      await fixture.close()
      await broker.close()
    },
  }
}

export function optionsFor(sql: Sql): ApiOptions {
  const log = createLog('api', 'silent')
  const metrics = createMetrics()
  return {
    host: '127.0.0.1',
    port: 0,
    sql,
    jwt: createJwt(SECRET),
    seal: createSecretSeal(SECRET),
    log,
    metrics,
    brokerUrl: NO_BROKER,
    deviceTokenDays: 365,
  }
}

/** Hash of a password that nobody knows. */
let passwordHash: Promise<string> | undefined

/** A user who cannot log in with a password; the first of a fixture is the administrator with the id 1. */
export async function addUser(sql: Sql, role: 'admin' | 'user'): Promise<{ id: number; token: string }> {
  const email = `${randomUUID()}@example.com`
  passwordHash ??= hashPassword(randomUUID())
  const [user] = await sql<{ id: number }[]>`
    insert into users (email, password_hash, role) values (${email}, ${await passwordHash}, ${role}) returning id`
  const id = user?.id ?? 0
  return { id, token: makeToken({ sub: String(id), role }) }
}

/** A token as the API would sign it, changed by `claims`. */
export function makeToken(claims: Partial<Claims> & { lifetimeS?: number } = {}): string {
  const { lifetimeS = 60, ...others } = claims
  const nowS = Math.floor(Date.now() / 1000)
  const made = makeClaims({ sub: '1', role: 'admin', aud: 'api', jti: randomUUID(), nowS, lifetimeS })
  return createJwt(SECRET).sign({ ...made, ...others })
}

/** Waits until `count` queries on this database wait for a lock. */
export async function waitForLocks(sql: Sql, count: number): Promise<void> {
  await eventually(`${count} queries wait for a lock`, async () => {
    const rows = await sql`
      select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`
    return rows.length === count
  })
}

export async function callApi(url: string, method: string, path: string, call: Call = {}): Promise<Answer> {
  const { token = makeToken(), body, raw, headers = {} } = call
  const response = await fetch(`${url}${path}`, {
    method,
    headers: {
      ...(token !== null && { authorization: `Bearer ${token}` }),
      ...(body !== undefined && { 'content-type': 'application/json' }),
      ...headers,
    },
    ...(body !== undefined && { body: JSON.stringify(body) }),
    ...(raw !== undefined && { body: raw }),
  })
  const text = await response.text()
  const isJson = /(?<!nd)json/.test(response.headers.get('content-type') ?? '')
  return {
    status: response.status,
    headers: response.headers,
    body: isJson && text !== '' ? JSON.parse(text) : text,
  }
}

/** Checks the whole shape of a problem response, and the pointers of its errors if given. */
export function expectProblem(answer: Answer, status: number, code: string, pointers?: string[]): void {
  expect(answer.body, JSON.stringify(answer.body)).to.include({ status, code })
  expect(answer.status).to.equal(status)
  expect(answer.headers.get('content-type')).to.match(/^application\/problem\+json/)
  expect(answer.body.type).to.equal(`https://fleetwire.dev/problems/${code}`)
  expect(answer.body.title).to.be.a('string').and.not.equal('')
  expect(answer.body.detail).to.be.a('string').and.not.equal('')
  expect(answer.body.request_id).to.equal(answer.headers.get('x-request-id'))
  if (pointers) {
    expect(answer.body.errors.map((it: { pointer: string }) => it.pointer)).to.deep.equal(pointers)
    for (const { detail } of answer.body.errors) expect(detail).to.be.a('string').and.not.equal('')
  }
}

/** All items of a listing, page by page. */
export async function readPages(fixture: Fixture, path: string, limit: number): Promise<Answer['body'][]> {
  const items = []
  let cursor: string | null = ''
  for (let pages = 0; cursor !== null; pages++) {
    expect(pages, 'pages').to.be.lessThan(100)
    const separator = path.includes('?') ? '&' : '?'
    const after = cursor === '' ? '' : `&cursor=${cursor}`
    const { status, body } = await fixture.call('GET', `${path}${separator}limit=${limit}${after}`)
    expect(status, JSON.stringify(body)).to.equal(200)
    expect(body.items.length).to.be.at.most(limit)
    items.push(...body.items)
    cursor = body.next_cursor
  }
  return items
}
