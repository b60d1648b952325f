import { gzipSync } from 'node:zlib'
import { expect } from 'chai'
import { pino } from 'pino'
import { expectProblem, openFixture, type Fixture } from '../fixture.ts'

describe('requests to the API', () => {
  let fixture: Fixture
  const lines: string[] = []
  before(async () => {
    const log = pino({ level: 'info' }, { write: (line: string) => void lines.push(line) })
    fixture = await openFixture({ log })
  })
  after(() => fixture.close())

  const post = (raw: string | Uint8Array<ArrayBuffer>, type = 'application/json', others = {}) =>
    fixture.call('POST', '/api/vehicles', { raw, headers: { 'content-type': type, ...others } })

  it('an unknown path gets 404', async () => {
    for (const path of [
      '/none',
      '/api',
      '/api/none',
      '/api/vehicles/',
      '/API/vehicles',
      '/api/vehicles/a/b/c',
    ]) {
      expectProblem(await fixture.call('GET', path), 404, 'not_found')
    }
  })

  it('a wrong method gets 405 and the allowed methods', async () => {
    const answer = await fixture.call('DELETE', '/api/vehicles')
    expectProblem(answer, 405, 'method_not_allowed')
    expect(answer.headers.get('allow')).to.equal('POST, GET, HEAD')
    const options = await fixture.call('OPTIONS', '/api/login')
    expect([options.status, options.headers.get('allow')]).to.deep.equal([204, 'POST'])
  })

  it('HEAD is answered like GET, without a body', async () => {
    const { status, headers, body } = await fixture.call('HEAD', '/api/vehicles')
    expect(status).to.equal(200)
    expect(headers.get('content-type')).to.match(/^application\/json/)
    expect(body).to.equal('')
  })

  it('broken JSON is refused with its position', async () => {
    const cases: [string, string][] = [
      ['{"key":}', 'position 7 (line 1, column 8)'],
      ['{"key":"a"', 'position 10 (line 1, column 11)'],
      ['[\n{"key":"a"},\n{"key":tru}]', 'position 25 (line 3, column 11)'],
      ['{"key":"a"} x', 'position 12'],
      ["{'key':1}", 'position 1'],
      [`[${' '.repeat(5000)}nope]`, 'position 5002'],
      ['\u0000', 'position 0'],
    ]
    for (const [raw, where] of cases) {
      const answer = await post(raw)
      expectProblem(answer, 400, 'invalid_request')
      expect(answer.body.detail).to.include(where)
      expect(answer.body.detail.length).to.be.lessThan(120)
    }
  })

  it('a body that is not UTF-8 is refused', async () => {
    expectProblem(await post(Uint8Array.of(0x22, 0xff, 0x22)), 400, 'invalid_request')
  })

  it('other content types and charsets are refused', async () => {
    expectProblem(await post('{"key":"a"}', 'text/plain'), 415, 'unsupported_media_type')
    expectProblem(await post('key=a', 'application/x-www-form-urlencoded'), 415, 'unsupported_media_type')
    expectProblem(
      await post('{"key":"a"}', 'application/json; charset=latin1'),
      415,
      'unsupported_media_type',
    )
    expectProblem(
      await post('x', 'application/json', { 'content-encoding': 'zip' }),
      415,
      'unsupported_media_type',
    )
    expect((await post('{"key":"utf8"}', 'application/json; charset="UTF-8"')).status).to.equal(201)
  })

  it('a body over 1 MiB is refused, compressed or not', async () => {
    const bytes = Buffer.alloc(1024 * 1024 + 1, ' ')
    expectProblem(await post(Uint8Array.from(bytes)), 413, 'payload_too_large')
    const packed = Uint8Array.from(gzipSync(bytes))
    const answer = await post(packed, 'application/json', { 'content-encoding': 'gzip' })
    expectProblem(answer, 413, 'payload_too_large')
  })

  it('a compressed body is accepted, and a broken one refused', async () => {
    const packed = Uint8Array.from(gzipSync('{"key":"packed"}'))
    expect((await post(packed, 'application/json', { 'content-encoding': 'gzip' })).status).to.equal(201)
    const broken = await post(packed.slice(0, 12), 'application/json', { 'content-encoding': 'gzip' })
    expectProblem(broken, 400, 'invalid_request')
  })

  it('at most a hundred errors in a body are listed', async () => {
    const answer = await post(JSON.stringify(Array.from({ length: 1000 }, () => ({}))))
    expect(answer.status).to.equal(400)
    expect(answer.body.errors).to.have.length(100)
    expect(answer.body.detail).to.include('999 more')
  })

  it("each reply has a request id, the client's own if it has plain characters", async () => {
    const own = await fixture.call('GET', '/healthz')
    expect(own.headers.get('x-request-id')).to.match(/^[0-9a-f-]{36}$/)
    const given = await fixture.call('GET', '/healthz', { headers: { 'x-request-id': 'trace-7' } })
    expect(given.headers.get('x-request-id')).to.equal('trace-7')
    const odd = await fixture.call('GET', '/healthz', { headers: { 'x-request-id': '{"a": 1}' } })
    expect(odd.headers.get('x-request-id')).to.match(/^[0-9a-f-]{36}$/)
  })

  it("replies do not reveal the server's software, and may not be stored", async () => {
    const { headers } = await fixture.call('GET', '/api/vehicles')
    expect(headers.get('x-powered-by')).to.equal(null)
    expect(headers.get('cache-control')).to.equal('no-store')
  })

  it('an internal error is logged with its request id, and hidden from the client', async () => {
    await fixture.sql`alter table vehicles rename column name to nom`
    try {
      const answer = await fixture.call('GET', '/api/vehicles')
      expectProblem(answer, 500, 'internal')
      expect(JSON.stringify(answer.body)).to.not.include('column')
      const line = lines.find((it) => it.includes(answer.body.request_id)) ?? '{}'
      expect(JSON.parse(line)).to.include({ event: 'request_failed', path: '/api/vehicles' })
    } finally {
      await fixture.sql`alter table vehicles rename column nom to name`
    }
  })
})
