import { setTimeout as delay } from 'node:timers/promises'
import type { Log } from '../../kit/log.ts'
import type { Sql } from '../../sql/connect.ts'
import { writePresence, type PresenceEntry } from './queries.ts'

/**
 * Changes of devices on their way to the database: the last change of each device, a thousand devices at a time. Changes that
 * cannot be written are tried again.
 */
export interface PresenceChanges {
  note(entry: PresenceEntry): void
  /** Resolves when nothing is being written. */
  written(): Promise<void>
}

interface PresenceChangesOptions {
  sql: Sql
  log: Log
  brokerId: string
  /** aborted, changes that cannot be written are given up */
  closing: AbortSignal
}

const RETRY_MS = 1000
/** Devices in one statement. */
const AT_ONCE_MAX = 1000

export function createPresenceChanges(options: PresenceChangesOptions): PresenceChanges {
  const { sql, log, brokerId, closing } = options
  /** changes that are not written yet: of each device at most one */
  let changed = new Map<number, PresenceEntry>()
  let isWriting = false
  let writing: Promise<void> = Promise.resolve()

  async function writeAll(): Promise<void> {
    // Devices that connect in the same turn of the event loop are written together.
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
      if (closing.aborted) return
      log.warn({ event: 'presence_not_written', err: error }, 'presence not written, will retry')
      for (const entry of entries.slice(written)) {
        // Later changes are newer.
        if (!changed.has(entry.deviceId)) changed.set(entry.deviceId, entry)
      }
      await delay(RETRY_MS, undefined, { ref: false, signal: closing }).catch(() => {})
    }
  }

  return {
    note(entry) {
      changed.set(entry.deviceId, entry)
      if (isWriting) return
      isWriting = true
      writing = writeAll()
    },
    written: () => writing,
  }
}
