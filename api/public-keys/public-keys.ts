import { PUBLIC_KEY_BYTES_MAX, readPublicKey } from '../../kit/public-key.ts'
import { toList } from '../schema/bulk.ts'
import type { Fault } from '../http/refusal.ts'

export const publicKeySchema = { type: 'string', maxLength: PUBLIC_KEY_BYTES_MAX } as const

interface WithKey {
  public_key?: string
}

/** The `public_key` of each item in its stored form; null if it has none. A fault never repeats the key. */
export function readPublicKeys(body: WithKey | WithKey[]): { pems: (string | null)[] } | { faults: Fault[] } {
  const faults: Fault[] = []
  const pems = toList(body).map(({ public_key: pem }, index) => {
    if (pem === undefined) return null
    const key = readPublicKey(pem)
    if (typeof key !== 'string') return key.pem
    faults.push({ pointer: Array.isArray(body) ? `/${index}/public_key` : '/public_key', detail: key })
    return null
  })
  return faults.length > 0 ? { faults } : { pems }
}
