import { FleetwireError } from '../../kit/errors.ts'

/**
 * Queries for devices that no token of ours names, so that a new device can log in before its notification has arrived. Anyone
 * may invent names: beyond this limit a new device logs in a moment later.
 * @limit queries for devices with an unverified key, a second; one at a time | the login is refused for now
 */
const QUERIES_PER_S = 20

/** Limits `find` to one call at a time and `QUERIES_PER_S` a second; throws `too_many_lookups` beyond that. */
export function limitQueries<T>(
  find: (key: string) => Promise<T | undefined>,
): (key: string) => Promise<T | undefined> {
  let second = 0
  let asked = 0
  let isAsking = false
  return async (key) => {
    const nowS = Math.floor(Date.now() / 1000)
    if (nowS !== second) [second, asked] = [nowS, 0]
    if (isAsking || asked >= QUERIES_PER_S)
      throw new FleetwireError('too_many_lookups', 'too many unknown devices were looked up in this second')
    isAsking = true
    asked++
    try {
      return await find(key)
    } finally {
      isAsking = false
    }
  }
}
