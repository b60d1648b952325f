import { setTimeout as delay } from 'node:timers/promises'
import type { Log } from '../../kit/log.ts'
import type { Sql } from '../../sql/connect.ts'
import { beat, forgetDeadBrokers } from './queries.ts'

/** The heartbeat of this broker, by which others know that it is alive. */
export interface Heartbeat {
  /** Resolves when the heartbeat has ended, because `closing` was aborted. */
  readonly ended: Promise<void>
}

interface HeartbeatOptions {
  sql: Sql
  log: Log
  brokerId: string
  heartbeatMs: number
  /** time without a heartbeat after which another broker is dead */
  deadAfterS: number
  /** aborted, the heartbeat ends */
  closing: AbortSignal
  /** called if other brokers took this broker for dead, or did not know it yet */
  onForgotten: () => void
  /** called after each heartbeat, before the next one; if it rejects, the heartbeat counts as failed */
  onBeat: () => Promise<void>
}

const RETRY_MS = 1000

/** Resolves after the first heartbeat, also if it could not be written. */
export async function startHeartbeat(options: HeartbeatOptions): Promise<Heartbeat> {
  const { sql, log, brokerId, heartbeatMs, deadAfterS, closing, onForgotten, onBeat } = options
  /** the last heartbeat was written */
  let isSure = false

  async function beatOnce(): Promise<void> {
    try {
      const wasForgotten = await beat(sql, brokerId)
      if (wasForgotten) onForgotten()
      // Not with the first heartbeat after the database was away: the others could not send theirs for as long.
      const dead = isSure ? await forgetDeadBrokers(sql, deadAfterS) : []
      if (dead.length > 0)
        log.warn({ event: 'brokers_dead', brokers: dead }, 'brokers stopped sending heartbeats')
      await onBeat()
      isSure = true
    } catch (error) {
      isSure = false
      if (!closing.aborted)
        log.warn({ event: 'heartbeat_failed', err: error }, 'the heartbeat was not written')
    }
  }

  async function beatUntilClosed(): Promise<void> {
    while (!closing.aborted) {
      const pauseMs = isSure ? heartbeatMs : Math.min(RETRY_MS, heartbeatMs)
      await delay(pauseMs, undefined, { ref: false, signal: closing }).catch(() => {})
      if (!closing.aborted) await beatOnce()
    }
  }

  await beatOnce()
  return { ended: beatUntilClosed() }
}
