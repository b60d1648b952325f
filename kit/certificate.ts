import { createHash, createPrivateKey, type KeyObject } from 'node:crypto'
import { createSecureContext, type SecureContextOptions } from 'node:tls'
import { codeOf } from './errors.ts'
import { badPem, certificatesIn, readPem, type PemFile } from './pem.ts'

/** Files of a server's certificate and key, and of the authorities for client certificates if these are required. */
export interface CertificateFiles {
  cert: PemFile
  key: PemFile
  clientCa: PemFile | undefined
}

export interface CertificateTexts {
  cert: string
  key: string
  clientCa: string | undefined
  /** the same for the same texts */
  digest: string
}

export interface Certificate {
  context: SecureContextOptions
  /** milliseconds since 1970; of the server's own certificate, not of its chain */
  validFromMs: number
  expiresAtMs: number
}

/** Throws `bad_certificate`. */
export async function readCertificate({ cert, key, clientCa }: CertificateFiles): Promise<CertificateTexts> {
  const texts = [await readPem(cert), await readPem(key), clientCa && (await readPem(clientCa))] as const
  const digest = createHash('sha256').update(JSON.stringify(texts)).digest('base64')
  return { cert: texts[0], key: texts[1], clientCa: texts[2], digest }
}

/** Checks that certificate, key and authorities can be used together. Throws `bad_certificate` with the setting and the file. */
export function checkCertificate(texts: CertificateTexts, files: CertificateFiles): Certificate {
  const { cert, key, clientCa: ca } = texts
  const [leaf] = certificatesIn(cert, files.cert)
  if (!leaf?.checkPrivateKey(privateKeyOf(key, files.key))) {
    const { setting, path } = files.cert
    throw badPem(files.key, `is not the private key of the certificate in ${path} (${setting})`)
  }
  if (ca !== undefined && files.clientCa) certificatesIn(ca, files.clientCa)
  // TLS 1.0 and 1.1 are out of use (RFC 8996); --tls-min-v1.0 or NODE_OPTIONS must not allow them again.
  const context: SecureContextOptions = { cert, key, minVersion: 'TLSv1.2', ...(ca !== undefined && { ca }) }
  try {
    createSecureContext(context)
  } catch (error) {
    // For example, a key that is too short for OpenSSL's security level.
    throw badPem(files.cert, `cannot be used: ${codeOf(error) || 'OpenSSL refuses it'}`)
  }
  return { context, validFromMs: Date.parse(leaf.validFrom), expiresAtMs: Date.parse(leaf.validTo) }
}

function privateKeyOf(text: string, file: PemFile): KeyObject {
  // In PKCS #8 and in the older forms. OpenSSL would ask the terminal for the password.
  if (/^-----BEGIN ENCRYPTED |^Proc-Type: .*ENCRYPTED/m.test(text)) {
    throw badPem(file, 'is encrypted: remove the passphrase')
  }
  try {
    return createPrivateKey(text)
  } catch {
    throw badPem(file, 'holds no PEM private key')
  }
}
