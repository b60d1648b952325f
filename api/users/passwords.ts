import { randomBytes } from 'node:crypto'
import { hash, verify } from '@node-rs/argon2'

/** An argon2id string: algorithm, costs (19 MiB, 2 passes) and salt are in it, so that they can change later. */
export function hashPassword(password: string): Promise<string> {
  return hash(password)
}

/**
 * Compares passwords with their hashes. Without a hash (no such user) it does the same work against one that nothing
 * matches, so that the time of a reply does not tell which users exist.
 */
export function createPasswordCheck(): (hashed: string | undefined, password: string) => Promise<boolean> {
  const dummy = hashPassword(randomBytes(32).toString('base64'))
  // Reported to the first login instead.
  dummy.catch(() => {})
  return async (hashed, password) => {
    const matches = await verify(hashed ?? (await dummy), password)
    return matches && hashed !== undefined
  }
}
