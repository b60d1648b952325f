/** The algorithms of a token: HS256 for tokens that we sign, the others for tokens that a device signs itself. */
export const ALGORITHMS = ['HS256', 'ES256', 'RS256'] as const
export type Algorithm = (typeof ALGORITHMS)[number]

export interface TokenHeader {
  alg: Algorithm
  kid: string | undefined
}

/**
 * A token longer than this is refused unread: our own tokens have under 500 bytes, device-signed tokens under 2 KiB.
 * @limit a token | the login is refused
 */
export const TOKEN_BYTES_MAX = 4096
/** Characters of a header in base64url: an `alg`, a `typ` and a `kid` take under 150. */
const HEADER_LENGTH_MAX = 512
const KID_LENGTH_MAX = 64

/** Three parts in base64url, without padding or white space [RFC 7515, section 3.1]. None may be empty. */
const COMPACT = /^([A-Za-z0-9_-]+)\.([A-Za-z0-9_-]+)\.([A-Za-z0-9_-]+)$/
/** Printable ASCII: jsonwebtoken reads the header as Latin-1, and must read the same text as we do. */
const PLAIN = /^[\x20-\x7e]+$/
/** Parameters with a key, or with an extension that we do not support [RFC 7515, sections 4.1.2 to 4.1.11]. */
const FORBIDDEN = ['jwk', 'jku', 'x5u', 'x5c', 'crit'] as const

/**
 * Reads a token's header, which is not verified yet: it selects the key to try, and nothing else in it is
 * trusted. If it is refused, returns a sentence with the reason, which never quotes the token.
 */
export function readTokenHeader(token: string): TokenHeader | string {
  if (token.length > TOKEN_BYTES_MAX) return `the token is longer than ${TOKEN_BYTES_MAX} bytes`
  const parts = COMPACT.exec(token)?.slice(1)
  if (parts === undefined) return 'the token is not three parts of base64url'
  if ((parts[0]?.length ?? 0) > HEADER_LENGTH_MAX) return 'the header of the token is too long'
  // Otherwise one signature could be written in several ways.
  if (!parts.every(isCanonical)) return 'the token is not canonical base64url'

  const header = parse(Buffer.from(parts[0] ?? '', 'base64url').toString('latin1'))
  if (header === undefined) return 'the header of the token is not a JSON object of plain text'
  if (FORBIDDEN.some((name) => Object.hasOwn(header, name))) {
    return `the header of the token has one of ${FORBIDDEN.join(', ')}`
  }
  const { alg, typ, kid } = header
  if (!isAlgorithm(alg)) return `the token's alg must be one of ${ALGORITHMS.join(', ')}`
  if (typ !== undefined && (typeof typ !== 'string' || typ.toUpperCase() !== 'JWT')) {
    return 'the token\'s typ is not "JWT"'
  }
  if (kid !== undefined && (typeof kid !== 'string' || kid.length > KID_LENGTH_MAX)) {
    return `the token's kid is not text of at most ${KID_LENGTH_MAX} characters`
  }
  return { alg, kid }
}

function parse(text: string): Record<string, unknown> | undefined {
  if (!PLAIN.test(text)) return undefined
  try {
    const value = JSON.parse(text) as unknown
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : undefined
  } catch {
    return undefined
  }
}

/** Whether a part has no bits after its last byte. */
function isCanonical(part: string): boolean {
  // Such bits can only be in the last group of four characters.
  const last = part.slice(part.length - (part.length % 4))
  return Buffer.from(last, 'base64url').toString('base64url') === last
}

function isAlgorithm(value: unknown): value is Algorithm {
  return (ALGORITHMS as readonly unknown[]).includes(value)
}
