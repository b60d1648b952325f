import { createPublicKey, sign } from 'node:crypto'
import { expect } from 'chai'
import { createAuthenticate, type Authenticate } from '../../broker/gate/login/authenticate.ts'
import type { LoginRefusal } from '../../broker/gate/login/login-refusal.ts'
import { openRegistry, type Registry } from '../../broker/registry/registry.ts'
import { createJwt } from '../../kit/jwt.ts'
import { createLog } from '../../kit/log.ts'
import { openTestDatabase, type TestDatabase } from '../support/database.ts'
import { deviceClaims, deviceToken, makeKeyPair, signToken } from '../support/signing.ts'

/**
 * Every attack changes one thing in a valid token. The attacks go to the function that decides about logins, with a
 * registry on a real database. device-signed.test.ts sends some of them over MQTT, where a broker accepts fewer failed
 * logins a minute.
 */
describe('forged tokens', () => {
  const [ec, otherEc, rsa] = [makeKeyPair(), makeKeyPair(), makeKeyPair(2048)]
  const secret = 'a secret of at least thirty-two characters'
  const [ecDevice, rsaDevice, keyless] = ['ec', 'rsa', 'keyless']
  const nowS = () => Math.floor(Date.now() / 1000)
  let db: TestDatabase
  let registry: Registry
  let authenticate: Authenticate
  before(async () => {
    db = await openTestDatabase()
    await db.sql`insert into vehicles (key) values ('v')`
    await db.sql`
      insert into devices (key, vehicle_id, public_key) select given.key, vehicles.id, pem from vehicles, (values
        (${ecDevice}, ${ec.publicKey}), (${rsaDevice}, ${rsa.publicKey}), (${keyless}, null)) as given (key, pem)`
    registry = await openRegistry({ sql: db.sql, log: createLog('test', 'silent') })
    authenticate = createAuthenticate({ jwt: createJwt(secret), registry })
  })
  after(async () => {
    registry.close()
    await db.drop()
  })

  const ES256 = { alg: 'ES256', typ: 'JWT' }
  const HS256 = { alg: 'HS256', typ: 'JWT' }
  /** A token that the device with the EC key signed, with one change. */
  const self = (claims: object | string, header: object | string = ES256) =>
    signToken(
      header,
      typeof claims === 'string' ? claims : { ...deviceClaims(ecDevice), ...claims },
      ec.privateKey,
    )
  /** An issued token, with one change. */
  const ours = (claims: object | string, header: object | string = HS256) => {
    const base = { iss: 'fleetwire', sub: keyless, aud: 'mqtt', role: 'device', jti: 'j' }
    const times = { iat: nowS(), exp: nowS() + 60 }
    return signToken(header, typeof claims === 'string' ? claims : { ...base, ...times, ...claims }, secret)
  }
  const parts = (token: string) => token.split('.') as [string, string, string]
  const without = (name: string) => {
    const { [name]: _gone, ...others } = deviceClaims(ecDevice)
    return signToken(ES256, others, ec.privateKey)
  }
  const withEsSignature = (signature: Buffer) => {
    const [header, payload] = parts(self({}))
    return `${header}.${payload}.${signature.toString('base64url')}`
  }

  it('genuine tokens of all three kinds are accepted', async () => {
    const good: [string, string][] = [
      [ecDevice, self({})],
      [rsaDevice, deviceToken(rsaDevice, rsa)],
      [keyless, ours({})],
      [ecDevice, ours({ sub: ecDevice })],
      [ecDevice, self({}, { ...ES256, kid: "' or 1=1 --" })],
      [ecDevice, self({}, { alg: 'ES256' })],
    ]
    for (const [clientId, token] of good) {
      expect(await authenticate(clientId, Buffer.from(token))).to.include({ sub: clientId })
    }
  })

  type Attack = [what: string, says: RegExp, clientId: string, token: () => string]
  const noAlg = /alg must be one of/
  const noKey = /no device with this client id has a public key for this alg/
  const badSignature = /invalid signature|malformed/
  const attacks: Attack[] = [
    // Attacks on the algorithm
    ...['none', 'None', 'NONE', 'nOnE', '', 'hs256', 'Es256', 'HS384', 'HS512', 'ES384', 'ES512'].map(
      (alg): Attack => [`with alg "${alg}"`, noAlg, ecDevice, () => self({}, { alg, typ: 'JWT' })],
    ),
    ...['RS384', 'RS512', 'PS256', 'PS384', 'PS512', 'EdDSA'].map((alg): Attack => [
      `with alg "${alg}"`,
      noAlg,
      rsaDevice,
      () => signToken({ alg }, deviceClaims(rsaDevice), rsa.privateKey),
    ]),
    [
      'with alg none and no signature',
      /three parts/,
      ecDevice,
      () => `${self({}, { alg: 'none' }).split('.', 2).join('.')}.`,
    ],
    ['without alg', noAlg, ecDevice, () => self({}, { typ: 'JWT' })],
    ['with a list of algs', noAlg, ecDevice, () => self({}, { alg: ['ES256'] })],
    [
      "that is an HMAC with the public key's PEM as its secret",
      badSignature,
      ecDevice,
      () => signToken(HS256, deviceClaims(ecDevice), ec.publicKey),
    ],
    [
      "that is an HMAC with the public key's PEM, and says ES256",
      badSignature,
      ecDevice,
      () => signToken(ES256, deviceClaims(ecDevice), ec.publicKey),
    ],
    [
      'that is an HMAC with an empty secret',
      badSignature,
      keyless,
      () => signToken(HS256, deviceClaims(keyless), ''),
    ],
    ['that is RS256, of a device with an EC key', noKey, ecDevice, () => deviceToken(ecDevice, rsa)],
    ['that is ES256, of a device with an RSA key', noKey, rsaDevice, () => deviceToken(rsaDevice, ec)],
    ['that a device without a key signed', noKey, keyless, () => deviceToken(keyless, ec)],
    ['of an unknown device', noKey, 'nobody', () => deviceToken('nobody', ec)],
    ['with SQL for a client id', noKey, "x' or '1'='1", () => deviceToken("x' or '1'='1", ec)],
    // Attacks on the key
    ['signed by another key', badSignature, ecDevice, () => deviceToken(ecDevice, otherEc)],
    ...['jwk', 'jku', 'x5u', 'x5c'].map((name): Attack => [
      `that contains its key as ${name}`,
      /has one of/,
      ecDevice,
      () => {
        const jwk = createPublicKey(otherEc.publicKey).export({ format: 'jwk' })
        const header = { ...ES256, [name]: name === 'jwk' ? jwk : 'https://example.com/key' }
        return signToken(header, deviceClaims(ecDevice), otherEc.privateKey)
      },
    ]),
    ['with crit', /has one of/, ecDevice, () => self({}, { ...ES256, crit: ['exp'] })],
    ['with an empty crit', /has one of/, ecDevice, () => self({}, { ...ES256, crit: [] })],
    ...['../../dev/null', '/dev/null', "' union select 'x", '', '__proto__', 'AAAAAAAA'].map(
      (kid): Attack => [
        `with kid ${JSON.stringify(kid)}`,
        /signed with an unknown key/,
        keyless,
        () => ours({}, { ...HS256, kid }),
      ],
    ),
    ['with a kid that is not text', /kid is not text/, keyless, () => ours({}, { ...HS256, kid: 7 })],
    ['with a very long kid', /kid is not text/, keyless, () => ours({}, { ...HS256, kid: 'x'.repeat(65) })],
    ['with another typ', /typ is not "JWT"/, keyless, () => ours({}, { ...HS256, typ: 'at+jwt' })],
    // Attacks on the signature
    [
      'with a signature of zeros (CVE-2022-21449)',
      badSignature,
      ecDevice,
      () => withEsSignature(Buffer.alloc(64)),
    ],
    [
      'with a signature of zeros in DER (CVE-2022-21449)',
      badSignature,
      ecDevice,
      () => withEsSignature(Buffer.from('3006020100020100', 'hex')),
    ],
    [
      'whose r and s are the order of the curve',
      badSignature,
      ecDevice,
      () => {
        const order = 'ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551'
        return withEsSignature(Buffer.from(order + order, 'hex'))
      },
    ],
    [
      'with a signature in DER',
      badSignature,
      ecDevice,
      () => {
        const [header, payload] = parts(self({}))
        return withEsSignature(sign('sha256', Buffer.from(`${header}.${payload}`), ec.privateKey))
      },
    ],
    ['with an empty signature', /three parts/, ecDevice, () => `${self({}).split('.', 2).join('.')}.`],
    ['without a signature', /three parts/, ecDevice, () => self({}).split('.', 2).join('.')],
    [
      'with the signature of another token',
      badSignature,
      ecDevice,
      () =>
        `${parts(self({ jti: 'a' }))
          .slice(0, 2)
          .join('.')}.${parts(self({}))[2]}`,
    ],
    ['with half a signature', badSignature, ecDevice, () => self({}).slice(0, -42)],
    // Attacks on the encoding
    ['with a trailing dot', /three parts/, ecDevice, () => `${self({})}.`],
    ['with a leading dot', /three parts/, ecDevice, () => `.${self({})}`],
    ['with a fourth part', /three parts/, ecDevice, () => `${self({})}.e30`],
    ['with padding', /three parts/, ecDevice, () => `${self({})}==`],
    ['with a space', /three parts/, ecDevice, () => `${self({})} `],
    ['with a line feed', /three parts/, ecDevice, () => `${self({})}\n`],
    ['with a NUL', /three parts/, ecDevice, () => `${self({})}\0`],
    [
      'in the alphabet of base64',
      /three parts/,
      ecDevice,
      () => {
        const [h, p, s] = parts(self({}))
        return `${h}.${p}.${s.slice(0, -1)}+`
      },
    ],
    ['with look-alike letters', /three parts/, ecDevice, () => self({}).replace('e', 'е')],
    ['with a byte order mark', /three parts/, ecDevice, () => `\ufeff${self({})}`],
    [
      'whose last character has bits to spare',
      /canonical/,
      ecDevice,
      () => {
        const token = self({})
        const last = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'
        return token.slice(0, -1) + last.charAt(last.indexOf(token.slice(-1)) + 1)
      },
    ],
    ['of over 4096 bytes', /longer than 4096 bytes/, ecDevice, () => self({ more: 'x'.repeat(3500) })],
    [
      'with an oversized header',
      /header of the token is too long/,
      ecDevice,
      () => self({}, { ...ES256, x: 'x'.repeat(500) }),
    ],
    ['with a header that is not an object', /plain text/, ecDevice, () => self({}, '["ES256"]')],
    [
      'with a header that is nested deeply',
      /plain text|alg must be/,
      ecDevice,
      () => self({}, '['.repeat(180) + ']'.repeat(180)),
    ],
    ['with a header that is not ASCII', /plain text/, ecDevice, () => self({}, '{"alg":"ES256","ü":1}')],
    [
      'with a payload that is nested deeply',
      /malformed|no claims|exp/,
      ecDevice,
      () => self('['.repeat(2800)),
    ],
    ['with a deep claim', /malformed/, ecDevice, () => self(`{"a":${'['.repeat(2800)}`)],
    ['with a payload that is not JSON', /malformed/, ecDevice, () => self('hello')],
    ['with null for a payload', /malformed/, ecDevice, () => self('null')],
    ['with text for a payload', /no claims/, ecDevice, () => self('"text"')],
    // Attacks on the claims
    [
      'with sub twice, the last of another device',
      /iss|sub/,
      ecDevice,
      () => self(`${JSON.stringify(deviceClaims(ecDevice)).slice(0, -1)},"sub":"${keyless}"}`),
    ],
    [
      'with __proto__ for claims',
      /no exp/,
      ecDevice,
      () => self(`{"__proto__":${JSON.stringify(deviceClaims(ecDevice))}}`),
    ],
    ...[
      undefined,
      null,
      1.5,
      -1,
      -1e300,
      1e300,
      2 ** 53,
      253_402_300_800,
      '9999999999',
      [9_999_999_999],
      true,
    ].map((exp): Attack => [
      `with exp ${JSON.stringify(exp)}`,
      /exp/,
      ecDevice,
      () => (exp === undefined ? without('exp') : self({ exp })),
    ]),
    [
      'with exp NaN',
      /malformed/,
      ecDevice,
      () => self(JSON.stringify(deviceClaims(ecDevice)).replace(/"exp":\d+/, '"exp":NaN')),
    ],
    ['with nbf in the future', /nbf is in the future/, ecDevice, () => self({ nbf: nowS() + 120 })],
    [
      'with iat in the future',
      /iat is in the future/,
      ecDevice,
      () => self({ iat: nowS() + 120, exp: nowS() + 180 }),
    ],
    ['with text for nbf', /nbf is not a time/, ecDevice, () => self({ nbf: '0' })],
    ['without iat', /iat/, ecDevice, () => without('iat')],
    ['that lasts longer than a day', /s after its iat/, ecDevice, () => self({ exp: nowS() + 86_401 })],
    ['with exp before iat', /s after its iat/, ecDevice, () => self({ exp: nowS() - 5, iat: nowS() })],
    ['without jti', /jti/, ecDevice, () => without('jti')],
    ['with a long jti', /jti/, ecDevice, () => self({ jti: 'x'.repeat(65) })],
    ['with a number for jti', /jti/, ecDevice, () => self({ jti: 7 })],
    ['with aud api', /aud/, ecDevice, () => self({ aud: 'api' })],
    ['with several aud', /aud/, ecDevice, () => self({ aud: ['mqtt', 'api'] })],
    ['without aud', /aud/, ecDevice, () => without('aud')],
    ...['admin', 'service', 'user', ['device']].map((role): Attack => [
      `with role ${JSON.stringify(role)}`,
      /role/,
      ecDevice,
      () => self({ role }),
    ]),
    ['of a device that claims us as its issuer', /iss/, ecDevice, () => self({ iss: 'fleetwire' })],
    ['for another sub', /sub/, ecDevice, () => self({ sub: keyless })],
    ['of its own, at the client id of another device', noKey, keyless, () => self({})],
    ['of its own, at the client id of another device with a key', /alg|signature/, rsaDevice, () => self({})],
    ['of ours, for the API', /aud/, keyless, () => ours({ aud: 'api' })],
    [
      'of ours, with the role admin, at the client id of a device',
      /client id is not/,
      keyless,
      () => ours({ role: 'admin' }),
    ],
    ['of ours, without a role', /role/, keyless, () => ours({ role: undefined })],
    ['of ours, that a device claims to have issued', /iss/, keyless, () => ours({ iss: keyless })],
    ['of ours, without exp', /no exp/, keyless, () => ours({ exp: undefined })],
    ['of ours, older than its device', /older than its device/, keyless, () => ours({ iat: nowS() - 3600 })],
  ]

  for (const [what, says, clientId, token] of attacks) {
    it(`a token ${what} is refused`, async () => {
      const forged = token()
      const result = (await authenticate(clientId, Buffer.from(forged))) as LoginRefusal
      expect(result.reason).to.be.oneOf(['token_invalid', 'token_revoked', 'client_id'])
      expect(result.detail).to.match(says)
      for (const part of forged.split('.')) {
        if (part.length > 20) expect(result.detail).not.to.include(part)
      }
    })
  }

  it('an expired token is refused as expired', async () => {
    const token = self({ iat: nowS() - 120, exp: nowS() - 61 })
    expect(await authenticate(ecDevice, Buffer.from(token))).to.include({ reason: 'token_expired' })
  })

  it('the last of several duplicate claims counts, as RFC 7519 allows', async () => {
    const text = JSON.stringify(deviceClaims(ecDevice))
    const token = self(`{"sub":"other",${text.slice(1)}`)
    expect(await authenticate(ecDevice, Buffer.from(token))).to.include({ sub: ecDevice })
  })
})
