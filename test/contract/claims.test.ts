import { expect } from 'chai'
import { AUDIENCES, makeClaims, readClaims, readDeviceSignedClaims, ROLES } from '../../contract/claims.ts'

const good = makeClaims({ sub: 'dev-1', role: 'device', aud: 'mqtt', jti: 'j', nowS: 1000, lifetimeS: 60 })

describe('claims', () => {
  it('claims are valid from now until the end of their lifetime', () => {
    expect(good).to.deep.equal({
      iss: 'fleetwire',
      aud: 'mqtt',
      sub: 'dev-1',
      role: 'device',
      iat: 1000,
      exp: 1060,
      jti: 'j',
    })
  })

  it('claims are read back unchanged, for every role and audience', () => {
    for (const role of ROLES) {
      for (const aud of AUDIENCES) {
        const claims = { ...good, role, aud }
        expect(readClaims(claims, aud)).to.deep.equal(claims)
      }
    }
  })

  it('unknown claims of a token are dropped', () => {
    expect(readClaims({ ...good, vehicle: 'v1', admin: true }, 'mqtt')).to.deep.equal(good)
  })

  it("a service's claims may have scopes, with or without groups, but never groups alone", () => {
    const service = { ...good, role: 'service' as const, sub: 'erp' }
    const limited = { ...service, scopes: ['mqtt:read'], groups: ['north'] }
    expect(readClaims(limited, 'mqtt')).to.deep.equal(limited)
    expect(readClaims({ ...service, scopes: [] }, 'mqtt')).to.deep.equal({ ...service, scopes: [] })
    for (const bad of [
      { groups: ['north'] },
      { scopes: 'all' },
      { scopes: [1] },
      { scopes: [], groups: null },
    ])
      expect(readClaims({ ...service, ...bad }, 'mqtt')).to.be.a('string')
    expect(readClaims({ ...good, scopes: ['mqtt:read'], groups: 7 }, 'mqtt')).to.deep.equal(good)
  })

  it('claims for one audience are refused by the other', () => {
    expect(readClaims(good, 'api')).to.equal('the token\'s aud is not "api"')
    expect(readClaims({ ...good, aud: 'api' }, 'mqtt')).to.equal('the token\'s aud is not "mqtt"')
  })

  const wrong: Record<string, [name: keyof typeof good, value: unknown, says: string]> = {
    'without an issuer': ['iss', undefined, 'iss'],
    'of another issuer': ['iss', 'someone', 'iss'],
    'with several audiences': ['aud', ['mqtt'], 'aud'],
    'without a subject': ['sub', undefined, 'sub'],
    'with an empty subject': ['sub', '', 'sub'],
    'with a number for a subject': ['sub', 7, 'sub'],
    'without a role': ['role', undefined, 'role'],
    'with an unknown role': ['role', 'root', 'role'],
    'with several roles': ['role', ['admin'], 'role'],
    'with the name of a method for a role': ['role', 'toString', 'role'],
    'without iat': ['iat', undefined, 'iat'],
    'without exp': ['exp', undefined, 'exp'],
    'with exp as text': ['exp', '1060', 'exp'],
    'with a fraction of a second': ['exp', 1060.5, 'exp'],
    'without a jti': ['jti', undefined, 'jti'],
    'with an empty jti': ['jti', '', 'jti'],
  }
  for (const [name, [claim, value, says]] of Object.entries(wrong)) {
    it(`claims ${name} are refused with the claim's name`, () => {
      expect(readClaims({ ...good, [claim]: value }, 'mqtt'))
        .to.be.a('string')
        .that.includes(says)
    })
  }

  it("a token's claims must be an object", () => {
    for (const payload of [undefined, null, 'text', 7, true]) {
      expect(readClaims(payload, 'mqtt')).to.equal('the token has no claims')
    }
    expect(readClaims([], 'mqtt')).to.be.a('string')
  })
})

describe('claims signed by a device', () => {
  const own = { ...good, iss: 'dev-1' }
  const said = (claims: object) => readDeviceSignedClaims({ ...own, ...claims }, 'dev-1')

  it('device-signed claims are read back unchanged, with a lifetime of up to a day', () => {
    expect(said({})).to.deep.equal(own)
    expect(said({ exp: 1000 + 86_400, jti: 'x'.repeat(64) })).to.be.an('object')
  })

  it('device-signed claims with a wrong, missing or too long value are refused by name', () => {
    const wrong = { iss: 'fleetwire', sub: 'dev-2', aud: 'api', role: 'admin', jti: 'x'.repeat(65) }
    for (const [name, value] of Object.entries({ ...wrong, exp: 1000 + 86_401 })) {
      expect(said({ [name]: value }), name)
        .to.be.a('string')
        .that.includes(name)
    }
    for (const name of Object.keys(own)) {
      expect(said({ [name]: undefined }), name)
        .to.be.a('string')
        .that.includes(name)
    }
    for (const exp of [1000, 999]) expect(said({ exp })).to.be.a('string').that.includes('exp')
  })
})
