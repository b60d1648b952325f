import { setTimeout as delay } from 'node:timers/promises'
import type { Entry } from './batch.ts'
import type { IngestMetrics } from './metrics.ts'
import type { SpooledMessage } from './spool/chunk.ts'
import type { Hold } from './spool/content.ts'
import type { Spool } from './spool/spool.ts'

/** The way into the spool for messages that the database did not take in time. */
export interface Spooling {
  /**
   * Spools messages for the drain. While the spool takes nothing, `tryOther` is tried as well. Resolves with the first result of
   * either, `undefined` if aborted.
   */
  keep<T>(
    entries: readonly Entry[],
    tryOther: () => Promise<T | undefined>,
  ): Promise<'spooled' | T | undefined>
  /** Spools messages under way to the database. `undefined` if `fate`, their result there, was quicker, or if aborted. */
  holdUntil(entries: readonly Entry[], fate: Promise<unknown>): Promise<Hold | undefined>
}

export interface SpoolingOptions {
  spool: Spool
  metrics: IngestMetrics
  /** aborted, nothing is spooled any longer */
  signal: AbortSignal
  /** called when there is something in the spool for the drain */
  onSpooled: () => void
  /** called with 1 when neither the database nor the spool takes a write, and with -1 when one of them did */
  onStuck: (change: 1 | -1) => void
}

/** How often both are tried when neither took it. */
const STUCK_RETRY_MS = 250

export function createSpooling(options: SpoolingOptions): Spooling {
  const { spool, metrics, signal, onSpooled, onStuck } = options

  return {
    async keep(entries, tryOther) {
      const attempt = async () => ((await append(entries)) ? 'spooled' : tryOther())
      return (await attempt()) ?? retryUntilTaken(attempt, Promise.race([]))
    },

    async holdUntil(entries, fate) {
      return (await hold(entries)) ?? retryUntilTaken(() => hold(entries), fate)
    },
  }

  /** Tries again until there is a result; `undefined` if `fate` is settled before, or if aborted. */
  async function retryUntilTaken<T>(
    attempt: () => Promise<T | undefined>,
    fate: Promise<unknown>,
  ): Promise<T | undefined> {
    onStuck(1)
    let result: T | undefined
    let isOver = false
    const over = fate.then(() => (isOver = true))
    while (result === undefined && !signal.aborted) {
      await Promise.race([over, delay(STUCK_RETRY_MS)])
      if (isOver) break
      result = await attempt()
    }
    onStuck(-1)
    return result
  }

  async function append(entries: readonly Entry[]): Promise<boolean> {
    if (signal.aborted || !(await spool.append(messagesOf(entries)))) return false
    metrics.spooled.inc(entries.length)
    onSpooled()
    return true
  }

  async function hold(entries: readonly Entry[]): Promise<Hold | undefined> {
    if (signal.aborted) return undefined
    const held = await spool.hold(messagesOf(entries))
    if (held !== undefined) metrics.spooled.inc(entries.length)
    return held
  }
}

/**
 * Messages are spooled whole, with readings that are stored or refused already: it is safe to store these again. Their payloads
 * are copied only on the way to the disk.
 */
function messagesOf(entries: readonly Entry[]): SpooledMessage[] {
  return entries.map(({ message, receivedUs }) => ({ ...message, receivedUs }))
}
