import { request } from 'node:http'
import { once } from 'node:events'
import type { IncomingMessage } from 'node:http'
import { expect } from 'chai'
import { ensureAdmin } from '../../../api/users/first-admin.ts'
import { createLog } from '../../../kit/log.ts'
import { expectProblem, openFixture, type Fixture } from '../fixture.ts'

const EMAIL = 'root@example.org'
const PASSWORD = 'a long enough sentence'
const LISTED = 'https://app.example'

describe('routes opened by a cookie', () => {
  let fixture: Fixture
  afterEach(() => fixture.close())

  async function open(options: Parameters<typeof openFixture>[0] = {}): Promise<void> {
    fixture = await openFixture(options)
    await fixture.sql`delete from users`
    await ensureAdmin({ sql: fixture.sql, log: createLog('api', 'silent'), email: EMAIL, password: PASSWORD })
  }

  async function logIn(): Promise<string> {
    const body = { email: EMAIL, password: PASSWORD, remember: true }
    const answer = await fixture.call('POST', '/api/login', { token: null, body })
    return answer.headers.get('set-cookie')?.split(';')[0] ?? ''
  }

  /** Sends its own Host header, which fetch does not allow. */
  async function ask(method: string, headers: Record<string, string>): Promise<number> {
    const sent = request(`${fixture.url}/api/session`, { method, headers }).end()
    const [response] = (await once(sent, 'response')) as [IncomingMessage]
    response.resume()
    return response.statusCode ?? 0
  }

  const FOREIGN = [
    'https://evil.example',
    'null',
    'garbage',
    'http://127.0.0.1:1',
    'https://fleet.example.evil.example',
    'https://evil.example/fleet.example',
  ]

  for (const origin of FOREIGN) {
    it(`a page of ${origin} is refused, ends no session and gets no token`, async () => {
      await open()
      const cookie = await logIn()
      for (const method of ['POST', 'DELETE']) {
        const answer = await fixture.call(method, '/api/session', {
          token: null,
          headers: { cookie, origin },
        })
        expectProblem(answer, 403, 'forbidden')
        expect(answer.headers.get('set-cookie')).to.equal(null)
      }
      expect(await ask('POST', { cookie })).to.equal(200)
    })
  }

  it("the session's routes accept their own page's host and port, and to programs", async () => {
    await open()
    const cookie = await logIn()
    const hosts = [
      { origin: fixture.url },
      {},
      { origin: 'https://fleet.example', host: 'fleet.example' },
      { origin: 'https://Fleet.Example', host: 'fleet.example:443' },
      { origin: 'http://fleet.example:8080', host: 'fleet.example:8080' },
      { origin: 'http://[::1]:3000', host: '[::1]:3000' },
    ]
    for (const headers of hosts)
      expect(await ask('POST', { cookie, ...headers }), JSON.stringify(headers)).to.equal(200)
    expect(await ask('DELETE', { cookie, origin: fixture.url })).to.equal(204)
  })

  it("the session's routes refuse other ports of its host", async () => {
    await open()
    const cookie = await logIn()
    for (const origin of ['https://fleet.example:8443', 'http://fleet.example:81'])
      expect(await ask('POST', { cookie, origin, host: 'fleet.example' }), origin).to.equal(403)
  })

  it('X-Forwarded-Host counts only from a proxy that TRUST_PROXY admits', async () => {
    const headers = { origin: 'https://fleet.example', 'x-forwarded-host': 'fleet.example' }
    await open({ trustProxy: 1 })
    expect(await ask('POST', { cookie: await logIn(), ...headers })).to.equal(200)
    await fixture.close()
    await open()
    expect(await ask('POST', { cookie: await logIn(), ...headers })).to.equal(403)
  })

  it("the session's routes accept origins listed in CORS_ORIGINS, and none for *", async () => {
    await open({ corsOrigins: LISTED })
    const cookie = await logIn()
    expect(await ask('POST', { cookie, origin: LISTED })).to.equal(200)
    expect(await ask('POST', { cookie, origin: 'https://evil.example' })).to.equal(403)
    await fixture.close()
    await open({ corsOrigins: '*' })
    expect(await ask('POST', { cookie: await logIn(), origin: LISTED })).to.equal(403)
  })
})
