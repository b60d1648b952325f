import { randomUUID } from 'node:crypto'
import { setTimeout as delay } from 'node:timers/promises'
import type { Log } from '../../kit/log.ts'
import type { Sql } from '../../sql/connect.ts'
import type { PresenceStore, PresenceLink, VehicleStatus } from '../presence-link.ts'
import { readPresenceId, writePresenceId } from './presence-id.ts'
import {
  beat,
  forgetBroker,
  forgetDeadBrokers,
  findStatuses,
  removeBroker,
  writePresence,
  type PresenceEntry,
} from './queries.ts'

export interface Presence extends PresenceStore {
  /** Writes pending changes, and that no device is connected here any longer; does not close `sql`. */
  close(): Promise<void>
}

interface PresenceOptions {
  sql: Sql
  log: Log
  /** of this broker alone; default: nothing is known of an earlier one */
  dataDir?: string
  /** time without a report over HTTP after which a device is offline; default 600 s */
  staleAfterS?: number
  /** default 10 s */
  heartbeatMs?: number
}

const HEARTBEAT_MS = 10_000
/**
 * Three heartbeats. The API uses the same value: api/presence/queries.ts.
 * @limit a broker without a heartbeat | its devices are offline
 */
const DEAD_AFTER_S = 30
const STALE_AFTER_S = 600
/** A dead broker's devices are offline since its last heartbeat, and that is noticed up to two heartbeats after `DEAD_AFTER_S`. */
const STATUSES_WITHIN_S = 60
const RETRY_MS = 1000
/** Of the connections one part is written at a time, spread over the heartbeat. */
const SHARES = 10
/** Devices in one statement. */
const AT_ONCE_MAX = 1000
const CLOSE_MS_MAX = 2000

/** A device that is connected here, and what was last written of it. */
interface Connection {
  link: PresenceLink
  sinceMs: number
  writtenMs: number
}

/**
 * The devices connected to this broker, for the API. Changes are gathered, the last one of each device stays, and they are
 * written a thousand at a time; when a device was last heard of is written when it leaves, and once a heartbeat in
 * between.
 */
export async function openPresence(options: PresenceOptions): Promise<Presence> {
  const { sql, log, dataDir, staleAfterS = STALE_AFTER_S, heartbeatMs = HEARTBEAT_MS } = options
  const brokerId = randomUUID()
  const connections = new Map<number, Connection>()
  /** what is not written yet: of each device at most one entry */
  let changed = new Map<number, PresenceEntry>()
  const closing = new AbortController()
  let isWriting = false
  let writing: Promise<void> | undefined

  function note(entry: PresenceEntry): void {
    changed.set(entry.deviceId, entry)
    if (isWriting) return
    isWriting = true
    writing = writeAll()
  }

  function noteConnection(connection: Connection): void {
    connection.writtenMs = connection.link.lastPacketMs
    const { link, sinceMs, writtenMs } = connection
    note({ deviceId: link.deviceId, isOnline: true, sinceMs, lastSeenMs: writtenMs })
  }

  async function writeAll(): Promise<void> {
    // Those that connect in the same turn of the event loop are written together.
    await new Promise(setImmediate)
    while (changed.size > 0) {
      const all = changed
      changed = new Map()
      await writeOrKeep([...all.values()])
    }
    isWriting = false
  }

  async function writeOrKeep(entries: PresenceEntry[]): Promise<void> {
    let written = 0
    try {
      for (; written < entries.length; written += AT_ONCE_MAX) {
        await writePresence(sql, brokerId, entries.slice(written, written + AT_ONCE_MAX))
      }
    } catch (error) {
      if (closing.signal.aborted) return
      log.warn({ event: 'presence_not_written', err: error }, 'presence not written, will retry')
      for (const entry of entries.slice(written)) {
        // Later changes are newer.
        if (!changed.has(entry.deviceId)) changed.set(entry.deviceId, entry)
      }
      await delay(RETRY_MS, undefined, { ref: false, signal: closing.signal }).catch(() => {})
    }
  }

  const statusListeners: ((statuses: readonly VehicleStatus[]) => void)[] = []

  /** The state that other brokers have written, including the devices of a broker that was found to be dead. */
  async function reportStatuses(): Promise<void> {
    if (statusListeners.length === 0) return
    const changed = await findStatuses(sql, brokerId, {
      deadAfterS: DEAD_AFTER_S,
      staleAfterS,
      withinS: STATUSES_WITHIN_S,
    })
    for (const listener of statusListeners) listener(changed)
  }

  let isSure = false
  async function heartbeat(): Promise<void> {
    try {
      const wasForgotten = await beat(sql, brokerId)
      if (wasForgotten) for (const connection of connections.values()) noteConnection(connection)
      // Not with the first one after the database was away: the others have not been seen for as long as we.
      const dead = isSure ? await forgetDeadBrokers(sql, DEAD_AFTER_S) : []
      if (dead.length > 0)
        log.warn({ event: 'brokers_dead', brokers: dead }, 'brokers stopped sending heartbeats')
      await reportStatuses()
      isSure = true
    } catch (error) {
      isSure = false
      if (!closing.signal.aborted)
        log.warn({ event: 'heartbeat_failed', err: error }, 'the heartbeat was not written')
    }
  }

  let turn = 0
  function noteShare(): void {
    turn = (turn + 1) % SHARES
    for (const connection of connections.values()) {
      const isIts = connection.link.deviceId % SHARES === turn
      if (isIts && connection.link.lastPacketMs > connection.writtenMs) noteConnection(connection)
    }
  }

  async function beatUntilClosed(): Promise<void> {
    while (!closing.signal.aborted) {
      const pauseMs = isSure ? heartbeatMs : Math.min(RETRY_MS, heartbeatMs)
      await delay(pauseMs, undefined, { ref: false, signal: closing.signal }).catch(() => {})
      if (!closing.signal.aborted) await heartbeat()
    }
  }

  /** An earlier broker of this directory has ended. If it was killed, its devices would be online for `DEAD_AFTER_S`. */
  async function forgetPredecessor(): Promise<void> {
    if (dataDir === undefined) return
    try {
      const predecessor = readPresenceId(dataDir)
      if (predecessor !== undefined) await forgetBroker(sql, predecessor)
      writePresenceId(dataDir, brokerId)
    } catch (error) {
      const event = 'predecessor_not_forgotten'
      log.warn({ event, err: error }, 'devices of the broker before this one may be online for 30 s')
    }
  }

  await forgetPredecessor()
  // Before the first device is written, which is online only at a broker that lives.
  await heartbeat()
  const beating = beatUntilClosed()
  const sharing = setInterval(noteShare, heartbeatMs / SHARES)

  async function leave(): Promise<void> {
    await beating
    await writing
    await removeBroker(sql, brokerId)
  }

  return {
    statuses: (vehicleIds) =>
      findStatuses(sql, brokerId, { deadAfterS: DEAD_AFTER_S, staleAfterS, vehicleIds }),
    onStatuses: (listener) => void statusListeners.push(listener),
    connected(link) {
      const connection: Connection = { link, sinceMs: Date.now(), writtenMs: 0 }
      connections.set(link.deviceId, connection)
      noteConnection(connection)
    },
    disconnected(link) {
      const { deviceId, lastPacketMs } = link
      if (connections.get(deviceId)?.link !== link) return
      connections.delete(deviceId)
      note({ deviceId, isOnline: false, sinceMs: Date.now(), lastSeenMs: lastPacketMs })
    },
    async close() {
      closing.abort()
      clearInterval(sharing)
      const left = leave().catch((error: unknown) =>
        log.warn(
          { event: 'presence_not_closed', err: error },
          'the devices of this broker count as offline after 30 s',
        ),
      )
      await Promise.race([left, delay(CLOSE_MS_MAX, undefined, { ref: false })])
    },
  }
}
