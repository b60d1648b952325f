import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from 'node:crypto'
import { FleetwireError } from './errors.ts'

export interface SecretSeal {
  /** Encrypts a secret for the database. Equal secrets give different bytes. */
  seal(secret: string): Buffer
  /** Decrypts it, also if it was encrypted before JWT_SECRET was changed. Throws `bad_sealed_secret`. */
  open(sealed: Uint8Array): string
  /** Encrypts it again if that was before JWT_SECRET was changed; `undefined` if it was not. Throws `bad_sealed_secret`. */
  renew(sealed: Uint8Array): Buffer | undefined
}

const [NONCE_BYTES, TAG_BYTES] = [12, 16]
const PURPOSE = 'fleetwire sealed secret'

/**
 * Encrypts secrets that we must be able to read again, such as those that sign webhooks, with AES-256-GCM and a key derived
 * from JWT_SECRET (HKDF, RFC 5869). A copy of the database alone therefore does not have them.
 * @param previous the JWT_SECRET before the last change
 */
export function createSecretSeal(secret: string, previous?: string): SecretSeal {
  const key = deriveKey(secret)
  const previousKey = previous === undefined ? undefined : deriveKey(previous)

  function seal(text: string): Buffer {
    const nonce = randomBytes(NONCE_BYTES)
    const cipher = createCipheriv('aes-256-gcm', key, nonce)
    return Buffer.concat([nonce, cipher.update(text, 'utf8'), cipher.final(), cipher.getAuthTag()])
  }

  function open(sealed: Uint8Array): string {
    const text = decrypt(key, sealed) ?? (previousKey && decrypt(previousKey, sealed))
    if (text !== undefined) return text
    throw new FleetwireError(
      'bad_sealed_secret',
      'the stored secret cannot be decrypted; JWT_SECRET has changed since: set the secret again',
    )
  }

  return {
    seal,
    open,
    renew: (sealed) => (decrypt(key, sealed) === undefined ? seal(open(sealed)) : undefined),
  }
}

function deriveKey(secret: string): Buffer {
  return Buffer.from(hkdfSync('sha256', secret, '', PURPOSE, 32))
}

function decrypt(key: Buffer, sealed: Uint8Array): string | undefined {
  if (sealed.length < NONCE_BYTES + TAG_BYTES) return undefined
  const decipher = createDecipheriv('aes-256-gcm', key, sealed.subarray(0, NONCE_BYTES))
  decipher.setAuthTag(sealed.subarray(-TAG_BYTES))
  try {
    const text = decipher.update(sealed.subarray(NONCE_BYTES, -TAG_BYTES))
    return Buffer.concat([text, decipher.final()]).toString('utf8')
  } catch {
    return undefined
  }
}
