import { createHmac, createPublicKey, generateKeyPairSync } from 'node:crypto'
import { expect } from 'chai'
import jsonwebtoken from 'jsonwebtoken'
import { codeOf, messageOf } from '../../kit/errors.ts'
import { createJwt } from '../../kit/jwt.ts'

const SECRET = 'a secret of at least thirty-two characters'
const nowS = () => Math.floor(Date.now() / 1000)
const claims = () => ({
  iss: 'fleetwire',
  aud: 'mqtt',
  sub: 'dev-1',
  iat: nowS(),
  exp: nowS() + 60,
  jti: 'j',
})
const encode = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url')
const hs256 = (text: string, key: string) => createHmac('sha256', key).update(text).digest('base64url')

describe('tokens', () => {
  const jwt = createJwt(SECRET)

  function refusalOf(token: string): { code: string; message: string } {
    try {
      jwt.verify(token)
    } catch (error) {
      return { code: codeOf(error), message: messageOf(error) }
    }
    return expect.fail('it was accepted')
  }

  function makeToken(header: object, payload: unknown, key: string): string {
    const signed = `${encode(header)}.${encode(payload)}`
    return `${signed}.${hs256(signed, key)}`
  }

  it('a token carries the claims it was signed with, and nothing more', () => {
    const given = claims()
    expect(jwt.verify(jwt.sign(given))).to.deep.equal(given)
  })

  it('a token is an HS256 token that other libraries read and write', () => {
    expect(jsonwebtoken.verify(jwt.sign(claims()), SECRET, { algorithms: ['HS256'] })).to.include({
      sub: 'dev-1',
    })
    expect(jwt.verify(makeToken({ alg: 'HS256', typ: 'JWT' }, claims(), SECRET))).to.include({ sub: 'dev-1' })
  })

  it('a token of another key is refused', () => {
    expect(refusalOf(createJwt(`${SECRET}!`).sign(claims())).code).to.equal('token_invalid')
  })

  it('a token without a signature is refused', () => {
    for (const alg of ['none', 'None', 'NONE', '']) {
      const unsigned = `${encode({ alg, typ: 'JWT' })}.${encode(claims())}.`
      expect(refusalOf(unsigned).code, alg).to.equal('token_invalid')
    }
    const [header, payload] = jwt.sign(claims()).split('.')
    expect(refusalOf(`${header}.${payload}.`).code).to.equal('token_invalid')
  })

  it('a token with a changed payload is refused', () => {
    const [header, , signature] = jwt.sign(claims()).split('.')
    expect(refusalOf(`${header}.${encode({ ...claims(), sub: 'dev-2' })}.${signature}`).code).to.equal(
      'token_invalid',
    )
  })

  it('a token of another algorithm is refused, even with the right key', () => {
    for (const algorithm of ['HS384', 'HS512'] as const) {
      const token = jsonwebtoken.sign(claims(), SECRET, { algorithm })
      expect(refusalOf(token).code, algorithm).to.equal('token_invalid')
    }
  })

  it('an RS256 token is refused, even if the secret is its public key', () => {
    const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
    const pem = createPublicKey(publicKey.export({ type: 'spki', format: 'pem' })).export({
      type: 'spki',
      format: 'pem',
    }) as string
    const token = jsonwebtoken.sign(claims(), privateKey, { algorithm: 'RS256' })
    expect(refusalOf(token).code).to.equal('token_invalid')
    // Anyone that uses a public key as the secret is already insecure, but even then an RS256 token must not pass.
    expect(() => createJwt(pem).verify(token)).to.throw()
    // An HMAC keyed with a public key, under a header with RS256 or HS256.
    for (const alg of ['HS256', 'RS256']) {
      expect(refusalOf(makeToken({ alg, typ: 'JWT' }, claims(), pem)).code, alg).to.equal('token_invalid')
    }
  })

  it('an expired token is refused with the time of its expiry', () => {
    const exp = nowS() - 61
    const refusal = refusalOf(jwt.sign({ ...claims(), exp }))
    expect(refusal.code).to.equal('token_expired')
    expect(refusal.message).to.include(new Date(exp * 1000).toISOString())
  })

  it('an expired token of another key is not called expired', () => {
    expect(refusalOf(createJwt(`${SECRET}!`).sign({ ...claims(), exp: 1 })).code).to.equal('token_invalid')
  })

  it('a token longer than 4 KiB is refused unread', () => {
    const token = jwt.sign({ ...claims(), more: 'x'.repeat(4096) })
    expect(refusalOf(token)).to.deep.equal({
      code: 'token_invalid',
      message: 'the token is longer than 4096 bytes',
    })
    const most = jwt.sign({ ...claims(), more: 'x'.repeat(2000) })
    expect(jwt.verify(most)).to.include({ sub: 'dev-1' })
  })

  it('a refusal never repeats any part of the token', () => {
    const good = jwt.sign(claims())
    const [header = '', payload = '', signature = ''] = good.split('.')
    const notJson = Buffer.from('hunter2, not JSON').toString('base64url')
    const signedText = `${header}.${notJson}`
    const tokens = [
      'hunter2',
      'hunter2.hunter2.hunter2',
      `${header}.${payload}`,
      `${good}x`,
      `${good}.${good}`,
      `${notJson}.${payload}.${signature}`,
      `${signedText}.${signature}`,
      `${signedText}.${hs256(signedText, SECRET)}`,
      jwt.sign({ ...claims(), exp: 1 }),
      createJwt(`${SECRET}!`).sign(claims()),
      `${encode({ alg: 'hunter2', typ: 'JWT' })}.${payload}.${signature}`,
      `${encode({ alg: 'HS256', typ: 'JWT', crit: ['hunter2'] })}.${payload}.${signature}`,
      makeToken({ alg: 'HS256', typ: 'JWT' }, { ...claims(), exp: 'hunter2' }, SECRET),
    ]
    for (const token of tokens) {
      const { message } = refusalOf(token)
      for (const part of [token, header, payload, signature, 'hunter2']) {
        if (part !== '') expect(message, token).to.not.include(part)
      }
    }
  })

  it('a text that is not a token is refused', () => {
    for (const text of ['', '.', '..', '...', 'a.b.c', '\0', 'eyJhbGciOiJIUzI1NiJ9..', 'null.null.null']) {
      expect(refusalOf(text).code, text).to.equal('token_invalid')
    }
  })
})

describe('secrets of tokens', () => {
  const PREVIOUS = 'the secret before, just as long as the other'
  const [before, rotating, after] = [createJwt(PREVIOUS), createJwt(SECRET, PREVIOUS), createJwt(SECRET)]
  const kidOf = (token: string) =>
    (JSON.parse(Buffer.from(token.split('.')[0] ?? '', 'base64url').toString()) as { kid: string }).kid
  const withoutKid = (key: string) => {
    const signed = `${encode({ alg: 'HS256', typ: 'JWT' })}.${encode(claims())}`
    return `${signed}.${hs256(signed, key)}`
  }

  it('the secret is changed in three steps, and each token stays valid until the last', () => {
    const [old, fresh] = [before.sign(claims()), rotating.sign(claims())]
    for (const token of [old, fresh]) expect(rotating.verify(token)).to.include({ sub: 'dev-1' })
    expect(after.verify(fresh)).to.include({ sub: 'dev-1' })
    expect(() => after.verify(old)).to.throw('the token was signed with an unknown key')
    expect(() => before.verify(fresh)).to.throw('the token was signed with an unknown key')
  })

  it('a token without a kid is verified with both secrets', () => {
    for (const key of [SECRET, PREVIOUS])
      expect(rotating.verify(withoutKid(key))).to.include({ sub: 'dev-1' })
    expect(() => rotating.verify(withoutKid('a third'))).to.throw('invalid signature')
    expect(() => after.verify(withoutKid(PREVIOUS))).to.throw('invalid signature')
  })

  it("a secret's kid is the same everywhere, and differs from others", () => {
    expect(kidOf(rotating.sign(claims()))).to.equal(kidOf(after.sign(claims())))
    expect(kidOf(before.sign(claims()))).to.not.equal(kidOf(after.sign(claims())))
    expect(kidOf(before.sign(claims()))).to.match(/^[A-Za-z0-9_-]{8}$/)
  })

  it('a kid does not admit a token signed with the other secret', () => {
    const signed = `${encode({ alg: 'HS256', typ: 'JWT', kid: kidOf(before.sign(claims())) })}.${encode(claims())}`
    expect(() => rotating.verify(`${signed}.${hs256(signed, SECRET)}`)).to.throw('invalid signature')
  })

  it('the previous secret must differ from the current one', () => {
    expect(() => createJwt(SECRET, SECRET)).to.throw('JWT_SECRET_PREVIOUS must differ')
  })
})
