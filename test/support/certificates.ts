import { mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { generate, type SelfsignedOptions } from 'selfsigned'

/** In PEM. */
export interface Signed {
  cert: string
  key: string
}

export interface Authority extends Signed {
  /** A certificate for this name; for localhost also for 127.0.0.1. `notAfterDate`: default in a year. */
  issue(commonName: string, notAfterDate?: Date): Promise<Signed>
}

const EC = { keyType: 'ec', algorithm: 'sha256' } as const

export async function makeAuthority(commonName: string): Promise<Authority> {
  const authority = await sign(commonName, {
    extensions: [
      { name: 'basicConstraints', cA: true, critical: true },
      { name: 'keyUsage', keyCertSign: true, cRLSign: true, critical: true },
    ],
  })
  return {
    ...authority,
    issue: (name, notAfterDate) =>
      sign(name, { ca: authority, ...(notAfterDate && { notAfterDate, notBeforeDate: new Date(0) }) }),
  }
}

async function sign(commonName: string, options: SelfsignedOptions): Promise<Signed> {
  const pems = await generate([{ name: 'commonName', value: commonName }], { ...EC, ...options })
  return { cert: pems.cert, key: pems.private }
}

export interface CertificateFolder {
  certFile: string
  keyFile: string
  caFile: string
  /** Writes a file of the folder atomically: a reader sees the old text or the new one, and never a part. */
  write(name: 'cert.pem' | 'key.pem' | 'ca.pem', text: string): void
  /** Both files of a pair, one after the other. */
  writePair(pair: Signed): void
  /** The settings that use them. */
  settings: { TLS_CERT_FILE: string; TLS_KEY_FILE: string }
  remove(): void
}

/** A temporary folder with a server's certificate and key. */
export function makeCertificateFolder(pair: Signed): CertificateFolder {
  const folder = mkdtempSync(join(tmpdir(), 'fleetwire-tls-'))
  const write: CertificateFolder['write'] = (name, text) => {
    writeFileSync(join(folder, `${name}.new`), text)
    renameSync(join(folder, `${name}.new`), join(folder, name))
  }
  function writePair({ cert, key }: Signed): void {
    write('cert.pem', cert)
    write('key.pem', key)
  }
  writePair(pair)
  const [certFile, keyFile, caFile] = ['cert.pem', 'key.pem', 'ca.pem'].map((it) => join(folder, it)) as [
    string,
    string,
    string,
  ]
  return {
    certFile,
    keyFile,
    caFile,
    write,
    writePair,
    settings: { TLS_CERT_FILE: certFile, TLS_KEY_FILE: keyFile },
    remove: () => rmSync(folder, { recursive: true }),
  }
}
