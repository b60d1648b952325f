import { setTimeout as delay } from 'node:timers/promises'
import { formatTime } from '../../contract/time.ts'
import { messageOf } from '../../kit/errors.ts'
import type { Log } from '../../kit/log.ts'
import type { Sql } from '../../sql/connect.ts'
import type { PublishEvent } from '../events-link.ts'
import { findEventDeliveries, notePublished, type EventDelivery } from './queries.ts'

export interface Events {
  /** Publishes nothing further. The caller closes `sql`. */
  close(): Promise<void>
}

interface EventsOptions {
  sql: Sql
  log: Log
  publish: PublishEvent
}

/** Deliveries in one query. */
const BATCH_MAX = 200
/** So long other brokers find what one of them has published; longer than a reconnect to the database takes. */
const RECENT_S = 60
/**
 * Ids that this broker has published are remembered for twice as long.
 * @limit notifications over MQTT in two minutes whose ids a broker remembers | the oldest is forgotten, and may be published again
 */
const PUBLISHED_MAX = 20_000
/** Deliveries are announced; this is for announcements that were lost, and after an error. */
const INTERVAL_MS = 5000
/** Many deliveries that are announced one by one are read together. */
const PAUSE_MS = 50

/**
 * Publishes deliveries of MQTT channels on `fleet/{vehicle}/events`. They wait in the database. Every broker publishes each of them to
 * its own subscribers, at least once, and the first one notes that.
 */
export async function openEvents({ sql, log, publish }: EventsOptions): Promise<Events> {
  /** time of publication by id, oldest first */
  const published = new Map<string, number>()
  const closing = new AbortController()
  let isWanted = false
  let turn: Promise<void> | undefined
  let isFailing = false

  function wake(): void {
    isWanted = true
    if (closing.signal.aborted) return
    turn ??= takeTurns().finally(() => (turn = undefined))
  }

  async function takeTurns(): Promise<void> {
    while (isWanted && !closing.signal.aborted) {
      isWanted = false
      try {
        while (await publishSome());
        isFailing = false
      } catch (error) {
        if (!isFailing) log.warn({ event: 'events_not_published', err: error }, messageOf(error))
        isFailing = true
      }
      await delay(PAUSE_MS, undefined, { ref: false, signal: closing.signal }).catch(() => {})
    }
  }

  /** Returns whether there may be more. */
  async function publishSome(): Promise<boolean> {
    forgetOld()
    const given = { published: [...published.keys()], recentS: RECENT_S, limit: BATCH_MAX }
    const found = await findEventDeliveries(sql, given)
    const [sent, cancelled]: [string[], string[]] = [[], []]
    for (const delivery of found) {
      const { id, vehicle, isWaiting } = delivery
      if (vehicle !== null && !published.has(id)) {
        publish(vehicle, messageFor(delivery))
        published.set(id, Date.now())
      }
      if (isWaiting) (vehicle === null ? cancelled : sent).push(id)
    }
    if (sent.length + cancelled.length > 0) await notePublished(sql, sent, cancelled)
    return found.length === BATCH_MAX && sent.length + cancelled.length > 0
  }

  function forgetOld(): void {
    const oldestMs = Date.now() - 2 * RECENT_S * 1000
    for (const [id, atMs] of published) {
      if (atMs >= oldestMs && published.size <= PUBLISHED_MAX) return
      published.delete(id)
    }
  }

  const listening = await sql.listen('deliveries', wake, wake)
  const timer = setInterval(wake, INTERVAL_MS)
  return {
    async close() {
      closing.abort()
      clearInterval(timer)
      await listening.unlisten().catch(() => {})
      await turn
    },
  }
}

function messageFor({ id, reason, payload, createdUs }: EventDelivery): Buffer {
  return Buffer.from(
    JSON.stringify({ id, type: `event.${reason}`, timestamp: formatTime(createdUs), data: payload }),
  )
}
