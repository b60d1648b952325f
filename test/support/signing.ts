import { createHmac, generateKeyPairSync, sign, type KeyObject } from 'node:crypto'

export interface KeyPair {
  /** SPKI in PEM */
  publicKey: string
  privateKey: KeyObject
}

export function makeKeyPair(kind: 'P-256' | 'P-384' | 'secp256k1' | number = 'P-256'): KeyPair {
  const { publicKey, privateKey } =
    typeof kind === 'number'
      ? generateKeyPairSync('rsa', { modulusLength: kind })
      : generateKeyPairSync('ec', { namedCurve: kind })
  return { publicKey: publicKey.export({ type: 'spki', format: 'pem' }) as string, privateKey }
}

export function encode(value: unknown): string {
  return Buffer.from(typeof value === 'string' ? value : JSON.stringify(value)).toString('base64url')
}

/**
 * A token by hand, so that it can be wrong in any way: parts that are text are used unchanged, others as JSON.
 * @param key a private key (ES256 for an EC key, RS256 for an RSA key), or the secret for HS256
 */
export function signToken(header: unknown, payload: unknown, key: KeyObject | string): string {
  const signed = `${encode(header)}.${encode(payload)}`
  return `${signed}.${signatureOf(signed, key).toString('base64url')}`
}

export function signatureOf(text: string, key: KeyObject | string): Buffer {
  if (typeof key === 'string') return createHmac('sha256', key).update(text).digest()
  return sign('sha256', Buffer.from(text), { key, dsaEncoding: 'ieee-p1363' })
}

/** Claims that a device may sign, valid for a minute. */
export function deviceClaims(device: string): Record<string, unknown> {
  const nowS = Math.floor(Date.now() / 1000)
  return { iss: device, sub: device, aud: 'mqtt', role: 'device', iat: nowS, exp: nowS + 60, jti: 'mine-1' }
}

/** A token as a device creates it. */
export function deviceToken(device: string, { privateKey }: KeyPair, claims: object = {}): string {
  const alg = privateKey.asymmetricKeyType === 'rsa' ? 'RS256' : 'ES256'
  return signToken({ alg, typ: 'JWT' }, { ...deviceClaims(device), ...claims }, privateKey)
}
