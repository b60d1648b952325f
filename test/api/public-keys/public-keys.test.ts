import { generateKeyPairSync } from 'node:crypto'
import { expect } from 'chai'
import { makeKeyPair } from '../../support/signing.ts'
import { addUser, expectProblem, openFixture, type Fixture } from '../fixture.ts'

describe('public keys of devices', () => {
  const [ec, rsa] = [makeKeyPair(), makeKeyPair(2048)]
  let fixture: Fixture
  before(async () => (fixture = await openFixture()))
  after(() => fixture.close())
  beforeEach(async () => {
    await fixture.sql`truncate devices cascade`
    await fixture.call('POST', '/api/devices', { body: { key: 'd1' } })
  })

  const put = (public_key: unknown, key = 'd1') =>
    fixture.call('PUT', `/api/devices/${key}/public-key`, { body: { public_key } })
  const shown = async (key = 'd1') => (await fixture.call('GET', `/api/devices/${key}`)).body.public_key

  it('a public key is set, replaced, shown and removed', async () => {
    expect(await shown()).to.equal(null)
    const { status, body } = await put(ec.publicKey)
    expect(status).to.equal(200)
    expect(body).to.include({ key: 'd1', public_key: ec.publicKey })
    await put(rsa.publicKey)
    expect(await shown()).to.equal(rsa.publicKey)
    const { items } = (await fixture.call('GET', '/api/devices')).body
    expect(items[0].public_key).to.equal(rsa.publicKey)
    for (let n = 0; n < 2; n++) {
      expect((await fixture.call('DELETE', '/api/devices/d1/public-key')).status).to.equal(204)
    }
    expect(await shown()).to.equal(null)
  })

  it('public keys are set with new devices, one or many', async () => {
    const one = await fixture.call('POST', '/api/devices', { body: { key: 'a', public_key: ec.publicKey } })
    expect(one.body.public_key).to.equal(ec.publicKey)
    const body = [{ key: 'b' }, { key: 'c', public_key: rsa.publicKey }]
    const many = await fixture.call('POST', '/api/devices', { body })
    expect(many.body.map((it: { public_key: string }) => it.public_key)).to.deep.equal([null, rsa.publicKey])
    expect(await shown('a')).to.equal(ec.publicKey)
    expect(await shown('c')).to.equal(rsa.publicKey)
  })

  it('a public key is stored in one form, whatever its line ends', async () => {
    await put(`\r\n${ec.publicKey.replaceAll('\n', '\r\n')}\r\n`)
    expect(await shown()).to.equal(ec.publicKey)
  })

  it("only a device's owner may set its public key, and the device must exist", async () => {
    expectProblem(await put(ec.publicKey, 'none'), 404, 'not_found')
    expectProblem(await fixture.call('DELETE', '/api/devices/none/public-key'), 404, 'not_found')
    const { token } = await addUser(fixture.sql, 'user')
    const path = '/api/devices/d1/public-key'
    const body = { public_key: ec.publicKey }
    expectProblem(await fixture.call('PUT', path, { token, body }), 404, 'not_found')
    expectProblem(await fixture.call('DELETE', path, { token }), 404, 'not_found')
    expectProblem(await fixture.call('PUT', path, { token: null, body }), 401, 'unauthorized')
  })

  const pkcs1 = generateKeyPairSync('rsa', { modulusLength: 2048 }).publicKey
  const pss = generateKeyPairSync('rsa-pss', { modulusLength: 2048 }).publicKey
  const ed25519 = generateKeyPairSync('ed25519').publicKey
  const explicit = generateKeyPairSync('ec', { namedCurve: 'P-256', paramEncoding: 'explicit' }).publicKey
  const cubic = generateKeyPairSync('rsa', { modulusLength: 2048, publicExponent: 3 }).publicKey
  const spki = { type: 'spki', format: 'pem' } as const
  const refused: Record<string, [key: unknown, says: RegExp]> = {
    'a private EC key': [ec.privateKey.export({ type: 'pkcs8', format: 'pem' }), /is a private key/],
    'a private EC key as OpenSSL makes it': [
      ec.privateKey.export({ type: 'sec1', format: 'pem' }),
      /is a private/,
    ],
    'a private RSA key': [rsa.privateKey.export({ type: 'pkcs1', format: 'pem' }), /is a private key/],
    'both halves': [
      `${ec.publicKey}${ec.privateKey.export({ type: 'pkcs8', format: 'pem' }) as string}`,
      /is a private/,
    ],
    'two public keys': [ec.publicKey + ec.publicKey, /not one PEM block/],
    'the curve P-384': [makeKeyPair('P-384').publicKey, /not on the named curve P-256/],
    'the curve secp256k1': [makeKeyPair('secp256k1').publicKey, /not on the named curve P-256/],
    'a curve that is spelled out': [explicit.export(spki), /not on the named curve/],
    'an RSA key of 1024 bits': [makeKeyPair(1024).publicKey, /has 1024 bits/],
    'an RSA key of 4104 bits': [makeKeyPair(4104).publicKey, /has 4104 bits/],
    'an RSA key with the exponent 3': [cubic.export(spki), /exponent/],
    'an RSA-PSS key': [pss.export(spki), /neither EC P-256 nor RSA/],
    'an Ed25519 key': [ed25519.export(spki), /neither EC P-256 nor RSA/],
    'PKCS #1': [pkcs1.export({ type: 'pkcs1', format: 'pem' }), /not one PEM block/],
    garbage: ['garbage', /not one PEM block/],
    'a broken block': [ec.publicKey.replace('MFkw', 'AAAA'), /OpenSSL/],
    'an empty text': ['', /not one PEM block/],
    'over 2 KiB': [ec.publicKey + ' '.repeat(2048), /2048/],
    'a number': [7, /string/],
    null: [null, /string/],
  }
  for (const [what, [key, says]] of Object.entries(refused)) {
    it(`a public key is refused, and not repeated: ${what}`, async () => {
      const answers = [
        [await put(key), '/public_key'],
        [await fixture.call('POST', '/api/devices', { body: { key: 'x', public_key: key } }), '/public_key'],
        [
          await fixture.call('POST', '/api/devices', { body: [{ key: 'x' }, { key: 'y', public_key: key }] }),
          '/1/public_key',
        ],
      ] as const
      for (const [answer, pointer] of answers) {
        expectProblem(answer, 400, 'invalid_request', [pointer])
        expect(answer.body.errors[0].detail).to.match(says)
        const base64 = typeof key === 'string' ? key.split('\n').filter((line) => line.length > 20) : []
        for (const line of base64.filter((it) => !it.includes('-----'))) {
          expect(JSON.stringify(answer.body)).not.to.include(line)
        }
      }
      expect(await shown()).to.equal(null)
      expect(await fixture.sql`select from devices`).to.have.length(1)
    })
  }
}).timeout(30_000)
