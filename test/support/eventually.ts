import { setTimeout as delay } from 'node:timers/promises'

/** Calls the function until its result is truthy, and returns the result; fails after `deadlineMs`. */
export async function eventually<T>(
  what: string,
  ask: () => T | Promise<T>,
  deadlineMs = 30_000,
): Promise<NonNullable<T>> {
  const endMs = Date.now() + deadlineMs
  for (;;) {
    const answer = await ask()
    if (answer) return answer
    if (Date.now() > endMs) throw new Error(`not within ${deadlineMs} ms: ${what}`)
    await delay(10)
  }
}
