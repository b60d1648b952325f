import { FleetwireError, messageOf } from './errors.ts'
import type { Log } from './log.ts'

type Close = () => unknown

export interface Closers {
  /** Remembers how to close `thing`, and returns it. */
  add<T>(name: string, thing: T, close: (thing: T) => unknown): T
  /**
   * Closes everything, last opened first, continuing after errors.
   * Throws `closing_failed` if something failed, or if `deadlineMs` passed first.
   */
  closeAll(options: { deadlineMs: number }): Promise<void>
}

/** A list of open things that are closed in reverse order, once, with one deadline for all of them. */
export function createClosers(log: Log): Closers {
  const open: { name: string; close: Close }[] = []
  let closing: Promise<void> | undefined

  async function closeInTurn(progress: { name: string }): Promise<void> {
    const failures: string[] = []
    for (let next = open.pop(); next; next = open.pop()) {
      progress.name = next.name
      try {
        await next.close()
      } catch (error) {
        failures.push(`${next.name}: ${messageOf(error)}`)
        log.error({ event: 'close_failed', what: next.name, err: error }, 'could not close cleanly')
      }
    }
    if (failures.length > 0) throw new FleetwireError('closing_failed', failures.join('; '))
  }

  async function closeAll({ deadlineMs }: { deadlineMs: number }): Promise<void> {
    const progress = { name: '' }
    let timer: NodeJS.Timeout | undefined
    const deadline = new Promise<never>((_resolve, reject) => {
      timer = setTimeout(() => {
        reject(new FleetwireError('closing_failed', `${progress.name} did not close within ${deadlineMs} ms`))
      }, deadlineMs)
    })
    try {
      await Promise.race([closeInTurn(progress), deadline])
    } finally {
      clearTimeout(timer)
    }
  }

  return {
    add(name, thing, close) {
      open.push({ name, close: () => close(thing) })
      return thing
    },
    closeAll: (options) => (closing ??= closeAll(options)),
  }
}
