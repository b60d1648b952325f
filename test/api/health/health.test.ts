import { once } from 'node:events'
import { createServer, type AddressInfo, type Socket } from 'node:net'
import { expect } from 'chai'
import { openApi, type Api } from '../../../api/server.ts'
import { connect, type Sql } from '../../../sql/connect.ts'
import { callApi, expectProblem, openFixture, optionsFor } from '../fixture.ts'

describe('API health', () => {
  it('the API is ready while its database answers', async () => {
    const fixture = await openFixture()
    expect((await fixture.call('GET', '/healthz')).body).to.deep.equal({ status: 'up' })
    expect((await fixture.call('GET', '/readyz')).body).to.deep.equal({ status: 'ready' })
    await fixture.close()
  })

  it('requests are counted by route pattern, method and status', async () => {
    const fixture = await openFixture()
    for (const key of ['a', 'b']) await fixture.call('GET', `/api/vehicles/${key}`)
    await fixture.call('GET', '/nowhere/a')
    const { status, headers, body } = await fixture.call('GET', '/metrics')
    expect(status).to.equal(200)
    expect(headers.get('content-type')).to.match(/^text\/plain/)
    const count = (labels: string) => `fleetwire_http_request_duration_seconds_count{${labels}}`
    expect(body).to.include(`${count('route="/api/vehicles/{key}",method="GET",status="404"')} 2`)
    expect(body).to.include(`${count('route="(none)",method="GET",status="404"')} 1`)
    expect(body).to.not.include('nowhere')
    await fixture.close()
  })

  async function withDatabase(port: number, test: (url: string) => Promise<void>): Promise<void> {
    const sql: Sql = connect({ url: `postgres://a:b@127.0.0.1:${port}/c`, max: 2, applicationName: 'test' })
    const api: Api = await openApi(optionsFor(sql))
    try {
      await test(`http://127.0.0.1:${api.port}`)
    } finally {
      await api.close()
      await sql.end({ timeout: 0 })
    }
  }

  it('without its database the API is up but not ready, and refuses with 503', async () => {
    const server = createServer().listen(0, '127.0.0.1')
    await once(server, 'listening')
    const { port } = server.address() as AddressInfo
    server.close()
    await withDatabase(port, async (url) => {
      const answer = await callApi(url, 'GET', '/readyz')
      expectProblem(answer, 503, 'unavailable')
      expect(answer.body.detail).to.include('ECONNREFUSED')
      expect((await callApi(url, 'GET', '/healthz')).status).to.equal(200)
      const refused = await callApi(url, 'GET', '/api/vehicles')
      expectProblem(refused, 503, 'unavailable')
      expect(refused.headers.get('retry-after')).to.equal('5')
    })
  })

  it('the API is not ready when its database stays silent for 2 s', async () => {
    const sockets: Socket[] = []
    const silent = createServer((socket) => sockets.push(socket)).listen(0, '127.0.0.1')
    await once(silent, 'listening')
    try {
      await withDatabase((silent.address() as AddressInfo).port, async (url) => {
        const startMs = performance.now()
        const answers = await Promise.all([1, 2, 3].map(() => callApi(url, 'GET', '/readyz')))
        for (const answer of answers) expectProblem(answer, 503, 'unavailable')
        expect(answers[0]?.body.detail).to.include('2000 ms')
        expect(performance.now() - startMs).to.be.at.least(1900)
        expect(sockets, 'questions to the database').to.have.length(1)
      })
    } finally {
      sockets.forEach((socket) => socket.destroy())
      silent.close()
    }
  })
})
