/**
 * Lets a new device log in before its notification has come, or a moment later if strangers have used up this bound: anyone may
 * invent names, and none of them is worth a query.
 * @limit queries for devices with an unverified key, a second; one at a time | the login is refused for now
 */
const UNVOUCHED_PER_S = 20

/** Limits `find` to one call at a time and `UNVOUCHED_PER_S` a second; beyond that the result is `undefined`. */
export function limitUnvouched<T>(
  find: (key: string) => Promise<T | undefined>,
): (key: string) => Promise<T | undefined> {
  let second = 0
  let asked = 0
  let isAsking = false
  return async (key) => {
    const nowS = Math.floor(Date.now() / 1000)
    if (nowS !== second) [second, asked] = [nowS, 0]
    if (isAsking || asked >= UNVOUCHED_PER_S) return undefined
    isAsking = true
    asked++
    try {
      return await find(key)
    } finally {
      isAsking = false
    }
  }
}
