import { expect } from 'chai'
import { loadConfig } from '../../kit/config.ts'
import { messageOf } from '../../kit/errors.ts'
import { hasTls, isLoopback, plainHostOf } from '../../kit/tls-settings.ts'

describe('TLS settings', () => {
  const files = { TLS_CERT_FILE: '/cert.pem', TLS_KEY_FILE: '/key.pem' }
  function problemsOf(env: Record<string, string>): string[] {
    try {
      loadConfig(env)
      return []
    } catch (error) {
      return messageOf(error)
        .split('\n')
        .slice(1)
        .map((line) => line.trim())
    }
  }

  it('all TLS settings are optional', () => {
    expect(problemsOf(files)).to.deep.equal([])
    expect(
      problemsOf({ ...files, TLS_CLIENT_CERT: 'required', TLS_CLIENT_CA_FILE: '/ca.pem' }),
    ).to.deep.equal([])
    expect(problemsOf({ TLS_CERT_FILE: '', TLS_KEY_FILE: '', TLS_CLIENT_CERT: '' })).to.deep.equal([])
  })

  it('a certificate needs its key, and a key its certificate', () => {
    expect(problemsOf({ TLS_CERT_FILE: '/c' })).to.deep.equal(['TLS_KEY_FILE is required with TLS_CERT_FILE'])
    expect(problemsOf({ TLS_KEY_FILE: '/k' })).to.deep.equal(['TLS_CERT_FILE is required with TLS_KEY_FILE'])
  })

  it('client certificates are not requested without authorities to check them', () => {
    for (const mode of ['optional', 'required']) {
      expect(problemsOf({ ...files, TLS_CLIENT_CERT: mode })).to.deep.equal([
        `TLS_CLIENT_CA_FILE is required with TLS_CLIENT_CERT=${mode}`,
      ])
      expect(problemsOf({ TLS_CLIENT_CERT: mode, TLS_CLIENT_CA_FILE: '/ca' })).to.deep.equal([
        `TLS_CERT_FILE and TLS_KEY_FILE are required with TLS_CLIENT_CERT=${mode}`,
      ])
    }
    expect(problemsOf({ ...files, TLS_CLIENT_CERT: 'maybe' })).to.have.length(1)
  })

  it('plain-text ports are on HOST without TLS, and on PLAIN_HOST with it', () => {
    const without = loadConfig({ HOST: '0.0.0.0' })
    expect([hasTls(without), plainHostOf(without)]).to.deep.equal([false, '0.0.0.0'])
    const withTls = loadConfig({ ...files, HOST: '0.0.0.0' })
    expect([hasTls(withTls), plainHostOf(withTls)]).to.deep.equal([true, '127.0.0.1'])
    expect(plainHostOf(loadConfig({ ...files, PLAIN_HOST: '10.0.0.1' }))).to.equal('10.0.0.1')
  })
})

describe('loopback addresses', () => {
  for (const host of [
    '127.0.0.1',
    '127.255.1.2',
    '::1',
    '0:0:0:0:0:0:0:1',
    '::ffff:127.0.0.1',
    'localhost',
    'LOCALHOST',
  ])
    it(`${host} is loopback`, () => expect(isLoopback(host)).to.equal(true))
  for (const host of [
    '0.0.0.0',
    '::',
    '10.0.0.1',
    '128.0.0.1',
    '::2',
    '::ffff:10.0.0.1',
    'localhost.example.org',
    '',
  ])
    it(`${host || '(none)'} is not loopback`, () => expect(isLoopback(host)).to.equal(false))
})
