import { setTimeout as delay } from 'node:timers/promises'
import { createLogLimit } from '../../kit/log-limit.ts'
import type { Log } from '../../kit/log.ts'
import type { Sql } from '../../sql/connect.ts'

export interface Notifications {
  /** Reads nothing further; does not close `sql`. */
  stop(): void
}

interface NotificationsOptions {
  sql: Sql
  log: Log
  channel: 'registry' | 'scopes'
  /** Notes a notification; returns false if it is unknown. */
  take: (payload: string) => boolean
  /** Notes that everything is stale: notifications were missed, or reading failed. */
  onMissed: () => void
  isStale: () => boolean
  /** Reads what is stale. Called again if it rejects, or if something became stale meanwhile, but never at the same time. */
  refresh: () => Promise<void>
}

const RETRY_MS = 500

/**
 * Keeps data in memory as fresh as the notifications of the tables' triggers. It does not give up: a moved device must not stay
 * where it was, and a revoked grant must not stay valid.
 */
export async function followNotifications(options: NotificationsOptions): Promise<Notifications> {
  const { sql, log, channel, take, onMissed, isStale, refresh } = options
  const closing = new AbortController()
  const logLimit = createLogLimit(1)
  let isRefreshing = false
  let isListening = false

  async function refreshUntilDone(): Promise<void> {
    if (isRefreshing) return
    isRefreshing = true
    while (!closing.signal.aborted && isStale()) {
      try {
        await refresh()
      } catch (error) {
        onMissed()
        if (closing.signal.aborted) break
        log.warn({ event: `${channel}_refresh_failed`, err: error }, `${channel} not refreshed, will retry`)
        await delay(RETRY_MS, undefined, { ref: false, signal: closing.signal }).catch(() => {})
      }
    }
    isRefreshing = false
  }

  function ignore(payload: string): void {
    const heldBack = logLimit.allow()
    if (heldBack < 0) return
    const fields = { payload: payload.slice(0, 100), ...(heldBack > 0 && { heldBack }) }
    log.warn({ event: 'notification_ignored', ...fields }, `unknown notification on "${channel}"`)
  }

  function onNotify(payload: string): void {
    if (take(payload)) void refreshUntilDone()
    else ignore(payload)
  }

  await sql.listen(channel, onNotify, () => {
    // Called after each reconnect as well, even during the first read: notifications sent meanwhile are lost.
    if (isListening) onMissed()
    isListening = true
    void refreshUntilDone()
  })
  return { stop: () => closing.abort() }
}
