import { randomBytes } from 'node:crypto'
import { hash, verify } from '@node-rs/argon2'

/** An argon2id string: it contains the algorithm, costs (19 MiB, 2 passes) and salt, so that they can change later. */
export function hashPassword(password: string): Promise<string> {
  return hash(password)
}

/**
 * Compares passwords with their hashes. Without a hash (no such user) it compares with a hash that nothing matches, so
 * that the time of a reply does not reveal which users exist.
 */
export function createPasswordCheck(): (hashed: string | undefined, password: string) => Promise<boolean> {
  const dummy = hashPassword(randomBytes(32).toString('base64'))
  // The first login reports the error instead.
  dummy.catch(() => {})
  return async (hashed, password) => {
    const matches = await verify(hashed ?? (await dummy), password)
    return matches && hashed !== undefined
  }
}
