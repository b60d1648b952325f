import { randomUUID } from 'node:crypto'
import { setTimeout as delay } from 'node:timers/promises'
import type { Log } from '../../kit/log.ts'
import type { Sql } from '../../sql/connect.ts'
import type { PresenceStore, PresenceLink, VehicleStatus } from '../presence-link.ts'
import { startHeartbeat } from './heartbeat.ts'
import { createPresenceChanges, type PresenceChanges } from './presence-changes.ts'
import { readPresenceId, writePresenceId } from './presence-id.ts'
import { forgetBroker, findStatuses, removeBroker } from './queries.ts'

export interface Presence extends PresenceStore {
  /** Writes pending changes, and that no device is connected here any longer; does not close `sql`. */
  close(): Promise<void>
}

interface PresenceOptions {
  sql: Sql
  log: Log
  /** of this broker alone; default: nothing is known of an earlier broker */
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
/**
 * A dead broker's devices are offline since its last heartbeat, and that is noticed up to two heartbeats after `DEAD_AFTER_S`.
 */
const STATUSES_WITHIN_S = 60
/** A heartbeat is divided into so many parts, and in each of them this share of the connections is written. */
const SHARES = 10
const CLOSE_MS_MAX = 2000

/**
 * The devices connected to this broker, for the API. A change is written immediately. The time of a device's last packet is
 * written when the device leaves, and once a heartbeat in between.
 */
export async function openPresence(options: PresenceOptions): Promise<Presence> {
  const { sql, log, dataDir, staleAfterS = STALE_AFTER_S, heartbeatMs = HEARTBEAT_MS } = options
  const brokerId = randomUUID()
  const closing = new AbortController()
  const changes = createPresenceChanges({ sql, log, brokerId, closing: closing.signal })
  const connections = createConnections(changes)
  const statusListeners: ((statuses: readonly VehicleStatus[]) => void)[] = []

  function statuses(part: { withinS?: number; vehicleIds?: readonly number[] | undefined }) {
    return findStatuses(sql, brokerId, { deadAfterS: DEAD_AFTER_S, staleAfterS, ...part })
  }

  /** The state that other brokers have written, including the devices of a broker that was found to be dead. */
  async function reportStatuses(): Promise<void> {
    if (statusListeners.length === 0) return
    const changed = await statuses({ withinS: STATUSES_WITHIN_S })
    for (const listener of statusListeners) listener(changed)
  }

  if (dataDir !== undefined) await forgetPredecessor({ sql, log, dataDir, brokerId })
  // Before the first device is written, which is online only at a broker that is alive.
  const heartbeat = await startHeartbeat({
    sql,
    log,
    brokerId,
    heartbeatMs,
    deadAfterS: DEAD_AFTER_S,
    closing: closing.signal,
    onForgotten: () => connections.noteAll(),
    onBeat: reportStatuses,
  })
  const sharing = setInterval(() => connections.noteShare(), heartbeatMs / SHARES)

  async function leave(): Promise<void> {
    await heartbeat.ended
    await changes.written()
    await removeBroker(sql, brokerId)
  }

  return {
    statuses: (vehicleIds) => statuses({ vehicleIds }),
    onStatuses: (listener) => void statusListeners.push(listener),
    connected: (link) => connections.add(link),
    disconnected: (link) => connections.remove(link),
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

/** A device that is connected here, and its state that was last written. */
interface Connection {
  link: PresenceLink
  sinceMs: number
  writtenMs: number
}

/** The devices that are connected here, whose changes are noted. */
function createConnections(changes: PresenceChanges) {
  const connections = new Map<number, Connection>()
  let turn = 0

  function note(connection: Connection): void {
    connection.writtenMs = connection.link.lastPacketMs
    const { link, sinceMs, writtenMs } = connection
    changes.note({ deviceId: link.deviceId, isOnline: true, sinceMs, lastSeenMs: writtenMs })
  }

  return {
    add(link: PresenceLink): void {
      const connection: Connection = { link, sinceMs: Date.now(), writtenMs: 0 }
      connections.set(link.deviceId, connection)
      note(connection)
    },
    remove(link: PresenceLink): void {
      const { deviceId, lastPacketMs } = link
      if (connections.get(deviceId)?.link !== link) return
      connections.delete(deviceId)
      changes.note({ deviceId, isOnline: false, sinceMs: Date.now(), lastSeenMs: lastPacketMs })
    },
    noteAll(): void {
      for (const connection of connections.values()) note(connection)
    },
    /** Notes the devices of the next share that were heard of since they were written. */
    noteShare(): void {
      turn = (turn + 1) % SHARES
      for (const connection of connections.values()) {
        const isInShare = connection.link.deviceId % SHARES === turn
        if (isInShare && connection.link.lastPacketMs > connection.writtenMs) note(connection)
      }
    },
  }
}

/** An earlier broker of this directory has ended. If it was killed, its devices would be online for `DEAD_AFTER_S`. */
async function forgetPredecessor(options: {
  sql: Sql
  log: Log
  dataDir: string
  brokerId: string
}): Promise<void> {
  const { sql, log, dataDir, brokerId } = options
  try {
    const predecessor = readPresenceId(dataDir)
    if (predecessor !== undefined) await forgetBroker(sql, predecessor)
    writePresenceId(dataDir, brokerId)
  } catch (error) {
    const event = 'predecessor_not_forgotten'
    log.warn({ event, err: error }, 'devices of the broker before this one may be online for 30 s')
  }
}
