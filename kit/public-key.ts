import { createPublicKey, type KeyObject } from 'node:crypto'

/** The public half of a key with which a device signs its own tokens, and the only algorithm that it is valid for. */
export interface PublicKey {
  key: KeyObject
  alg: 'ES256' | 'RS256'
  /** as OpenSSL writes it, in whatever form it was given */
  pem: string
}

type Use = Pick<PublicKey, 'alg'>

/**
 * Bytes of a key in PEM; RSA of 4096 bits takes 800.
 * @limit a device's public key | 400
 */
export const PUBLIC_KEY_BYTES_MAX = 2048

/** Bytes of SubjectPublicKeyInfo with the curve's name and an uncompressed point (RFC 5480, section 2). */
const P256_BYTES_MAX = 91
const RSA_BITS_MIN = 2048
/** Beyond that a login would cost more than 100 us. */
const RSA_BITS_MAX = 4096
/** OpenSSL's default. Smaller exponents invite forgeries if padding is checked badly, and large ones make each login slow. */
const RSA_EXPONENT_MIN = 65_537n
const RSA_EXPONENT_MAX = 2n ** 32n

/** One block and nothing around it. Without this, Node.js would take a private key and derive its public half. */
const SPKI_PEM = /^\s*-----BEGIN PUBLIC KEY-----\r?\n[A-Za-z0-9+/=\r\n]+-----END PUBLIC KEY-----\s*$/

/**
 * Reads a public key, EC P-256 or RSA of 2048 to 4096 bits, from PEM with SubjectPublicKeyInfo (RFC 7468, section 13).
 * Returns a description of the fault if it is invalid, without quoting it.
 */
export function readPublicKey(pem: string): PublicKey | string {
  if (Buffer.byteLength(pem) > PUBLIC_KEY_BYTES_MAX) return `is longer than ${PUBLIC_KEY_BYTES_MAX} bytes`
  if (pem.includes('PRIVATE KEY')) {
    return 'is a private key, which must never leave its device: create a new pair, because this one is no longer secret'
  }
  if (!SPKI_PEM.test(pem)) return 'is not one PEM block "PUBLIC KEY"'
  let key: KeyObject
  try {
    key = createPublicKey({ key: pem, format: 'pem', type: 'spki' })
  } catch {
    return 'is not a public key that OpenSSL can read'
  }
  const use = useOf(key)
  return typeof use === 'string'
    ? use
    : { key, ...use, pem: String(key.export({ type: 'spki', format: 'pem' })) }
}

/** The algorithm of the key, or its fault. */
function useOf(key: KeyObject): Use | string {
  const { asymmetricKeyType: type, asymmetricKeyDetails: details = {} } = key
  if (type === 'ec') {
    // OpenSSL also names a curve that is spelled out in parameters (CVE-2020-0601): its encoding is longer.
    const isNamed = key.export({ type: 'spki', format: 'der' }).length <= P256_BYTES_MAX
    return details.namedCurve === 'prime256v1' && isNamed
      ? { alg: 'ES256' }
      : 'is not on the named curve P-256'
  }
  if (type !== 'rsa') return 'is neither EC P-256 nor RSA'
  const { modulusLength: bits = 0, publicExponent: exponent = 0n } = details
  if (bits < RSA_BITS_MIN || bits > RSA_BITS_MAX) {
    return `has ${bits} bits; RSA takes ${RSA_BITS_MIN} to ${RSA_BITS_MAX}`
  }
  if (exponent < RSA_EXPONENT_MIN || exponent > RSA_EXPONENT_MAX)
    return 'has an RSA exponent other than 65537'
  return { alg: 'RS256' }
}
