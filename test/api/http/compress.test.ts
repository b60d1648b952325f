import { once } from 'node:events'
import { get, type IncomingMessage } from 'node:http'
import { buffer, text } from 'node:stream/consumers'
import { brotliDecompressSync, gunzipSync } from 'node:zlib'
import { expect } from 'chai'
import { makeToken, openFixture, type Fixture } from '../fixture.ts'

describe('compression of replies', () => {
  let fixture: Fixture
  before(async () => {
    fixture = await openFixture()
    const body = Array.from({ length: 100 }, (_, n) => ({ key: `v${n}`, name: 'a vehicle with a name' }))
    await fixture.call('POST', '/api/vehicles', { body })
  })
  after(() => fixture.close())

  /** The reply as sent; fetch would decompress it. */
  async function ask(path: string, encoding: string): Promise<IncomingMessage> {
    const headers = { authorization: `Bearer ${makeToken()}`, 'accept-encoding': encoding }
    const [response] = (await once(get(`${fixture.url}${path}`, { headers }), 'response')) as [
      IncomingMessage,
    ]
    return response
  }

  it('large JSON is compressed for clients that accept it', async () => {
    const plain = await ask('/api/vehicles', 'identity')
    expect(plain.headers['content-encoding']).to.equal(undefined)
    expect(plain.headers.vary).to.match(/accept-encoding/i)
    const whole = await text(plain)

    const packed = await ask('/api/vehicles', 'gzip')
    expect(packed.headers['content-encoding']).to.equal('gzip')
    const bytes = await buffer(packed)
    expect(bytes.length).to.be.lessThan(whole.length / 4)
    expect(gunzipSync(bytes).toString()).to.equal(whole)

    const brotli = await ask('/api/vehicles', 'gzip, br')
    expect(brotli.headers['content-encoding']).to.equal('br')
    expect(brotliDecompressSync(await buffer(brotli)).toString()).to.equal(whole)
  })

  it('small replies and other types than JSON are not compressed', async () => {
    for (const path of ['/api/vehicles?limit=10', '/metrics', '/api/none']) {
      const { headers } = await ask(path, 'gzip, br')
      expect(headers['content-encoding'], path).to.equal(undefined)
    }
  })

  it('uncompressed replies have a content-length', async () => {
    for (const path of ['/api/vehicles', '/api/vehicles?limit=10', '/api/none']) {
      const answer = await ask(path, 'identity')
      const { 'content-length': length, 'transfer-encoding': chunks } = answer.headers
      expect([length, chunks], path).to.deep.equal([String((await buffer(answer)).length), undefined])
    }
  })
})
