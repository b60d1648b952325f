import { createPrivateKey } from 'node:crypto'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect } from 'chai'
import { generate } from 'selfsigned'
import { checkCertificate, readCertificate, type CertificateFiles } from '../../kit/certificate.ts'
import { codeOf } from '../../kit/errors.ts'
import { makeAuthority, type Authority, type Signed } from '../support/certificates.ts'
import { failureOf } from '../support/failure.ts'

describe('certificates', () => {
  let folder = ''
  let authority: Authority
  let pair: Signed
  before(async () => {
    folder = mkdtempSync(join(tmpdir(), 'fleetwire-certificate-'))
    authority = await makeAuthority('the authority of the test')
    pair = await authority.issue('localhost')
  })
  after(() => rmSync(folder, { recursive: true }))

  function filesWith(texts: { cert?: string; key?: string; clientCa?: string } = {}): CertificateFiles {
    const { cert = pair.cert, key = pair.key, clientCa } = texts
    const file = (setting: string, text: string) => {
      const path = join(folder, `${setting}.pem`)
      writeFileSync(path, text)
      return { setting, path }
    }
    return {
      cert: file('TLS_CERT_FILE', cert),
      key: file('TLS_KEY_FILE', key),
      clientCa: clientCa === undefined ? undefined : file('TLS_CLIENT_CA_FILE', clientCa),
    }
  }
  async function check(files: CertificateFiles) {
    return checkCertificate(await readCertificate(files), files)
  }
  async function complaintAbout(files: CertificateFiles): Promise<string> {
    const error = await failureOf(check(files))
    expect(codeOf(error)).to.equal('bad_certificate')
    // Neither OpenSSL's error nor a line of the key may be passed on.
    expect(error.cause).to.equal(undefined)
    for (const line of pair.key.split('\n').filter((it) => it !== '' && !it.startsWith('-'))) {
      expect(error.stack).not.to.include(line)
    }
    return error.message
  }

  it('a certificate is read with its key, chain and client authorities, and its expiry reported', async () => {
    const clientCa = `some words before\n${authority.cert}\n${(await makeAuthority('another')).cert}`
    const { expiresAtMs, context } = await check(
      filesWith({ cert: `${pair.cert}\n${authority.cert}`, clientCa }),
    )
    const days = (expiresAtMs - Date.now()) / 86_400_000
    expect(days).to.be.within(363, 367)
    expect(context).to.include({ minVersion: 'TLSv1.2', ca: clientCa })
  })

  it("a certificate's key may have any of the usual forms", async () => {
    const rsa = await generate([{ name: 'commonName', value: 'localhost' }], { algorithm: 'sha256' })
    await check(filesWith({ cert: rsa.cert, key: rsa.private }))
    // The format that `openssl ecparam -genkey` writes.
    const parameters = '-----BEGIN EC PARAMETERS-----\nBggqhkjOPQMBBw==\n-----END EC PARAMETERS-----\n'
    const sec1 = createPrivateKey(pair.key).export({ type: 'sec1', format: 'pem' })
    await check(filesWith({ key: `${parameters}${sec1.toString()}` }))
  })

  it('an unreadable file is refused with the setting, the file and the reason', async () => {
    const files = filesWith()
    for (const name of ['cert', 'key'] as const) {
      const { setting, path } = files[name]
      const complaint = (place: string) => complaintAbout({ ...files, [name]: { setting, path: place } })
      expect(await complaint(`${path}.none`)).to.equal(`${setting}: ${path}.none cannot be read: ENOENT`)
      expect(await complaint(folder)).to.equal(`${setting}: ${folder} cannot be read: it is not a file`)
      expect(await complaint('/dev/zero')).to.include('it is not a file')
    }
    const large = filesWith({ cert: pair.cert + ' '.repeat(1024 * 1024) })
    expect(await complaintAbout(large))
      .to.include('TLS_CERT_FILE')
      .and.include('larger than 1048576 bytes')
  })

  const bad: Record<string, [() => Parameters<typeof filesWith>[0], RegExp]> = {
    'an empty certificate': [() => ({ cert: '' }), /^TLS_CERT_FILE: \S+ holds no PEM certificate$/],
    'a certificate that is cut off': [
      () => ({ cert: pair.cert.slice(0, 200) }),
      /^TLS_CERT_FILE: \S+ holds no PEM certificate$/,
    ],
    'a chain that is cut off': [
      () => ({ cert: `${pair.cert}\n${authority.cert.slice(0, 200)}` }),
      /^TLS_CERT_FILE: \S+ holds a certificate that is cut off$/,
    ],
    'a malformed certificate': [
      () => ({ cert: '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n' }),
      /^TLS_CERT_FILE: \S+ is malformed: certificate 1 cannot be parsed/,
    ],
    'a key for a certificate': [() => ({ cert: pair.key }), /^TLS_CERT_FILE: \S+ holds no PEM certificate$/],
    'a certificate for a key': [() => ({ key: pair.cert }), /^TLS_KEY_FILE: \S+ holds no PEM private key$/],
    'a key that is cut off': [
      () => ({ key: pair.key.slice(0, 100) }),
      /^TLS_KEY_FILE: \S+ holds no PEM private key$/,
    ],
    "another certificate's key": [
      () => ({ key: authority.key }),
      /^TLS_KEY_FILE: \S+ is not the private key of the certificate in \S+ \(TLS_CERT_FILE\)$/,
    ],
    'authorities that are cut off': [
      () => ({ clientCa: `${authority.cert}\n${authority.cert.slice(0, -30)}` }),
      /^TLS_CLIENT_CA_FILE: \S+ holds a certificate that is cut off$/,
    ],
    'no authorities': [() => ({ clientCa: '\n' }), /^TLS_CLIENT_CA_FILE: \S+ holds no PEM certificate$/],
  }
  for (const [what, [texts, expected]] of Object.entries(bad)) {
    it(`a pair of files is refused with ${what}`, async () => {
      expect(await complaintAbout(filesWith(texts()))).to.match(expected)
    })
  }

  it('a key with a passphrase is refused with that reason', async () => {
    const locked = await generate(undefined, { keyType: 'ec', algorithm: 'sha256', passphrase: 'hunter2' })
    const message = await complaintAbout(filesWith({ cert: locked.cert, key: locked.private }))
    expect(message).to.match(/^TLS_KEY_FILE: \S+ is encrypted: remove the passphrase$/)
  })

  it('a certificate too weak for OpenSSL is refused', async () => {
    const weak = await generate(undefined, { keySize: 512, algorithm: 'sha256' })
    const message = await complaintAbout(filesWith({ cert: weak.cert, key: weak.private }))
    expect(message).to.match(/^TLS_CERT_FILE: \S+ cannot be used: ERR_SSL_EE_KEY_TOO_SMALL$/)
  })
})
