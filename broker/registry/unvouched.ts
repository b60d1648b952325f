import { FleetwireError } from '../../kit/errors.ts'

/**
 * Lets a new device log in before its notification has come, or a moment later if strangers have used up this bound: anyone may
 * invent names, and none of them is worth a query.
 */
const UNVOUCHED_PER_S = 20

/** Limits `find` to one call at a time and `UNVOUCHED_PER_S` a second; throws `too_many_lookups` beyond that. */
export function limitUnvouched<T>(
  find: (key: string) => Promise<T | undefined>,
): (key: string) => Promise<T | undefined> {
  let second = 0
  let asked = 0
  let isAsking = false
  return async (key) => {
    const nowS = Math.floor(Date.now() / 1000)
    if (nowS !== second) [second, asked] = [nowS, 0]
    if (isAsking || asked >= UNVOUCHED_PER_S)
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
