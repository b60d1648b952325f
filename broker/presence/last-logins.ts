import { setTimeout as delay } from 'node:timers/promises'
import type { Log } from '../../kit/log.ts'
import type { Sql } from '../../sql/connect.ts'
import type { LastLogin, LoginRecorder } from '../presence-link.ts'
import { noteLogins } from './queries.ts'

export interface LastLogins extends LoginRecorder {
  /** Logins that are not written by now are left out. */
  close(): Promise<void>
}

interface LastLoginsOptions {
  sql: Sql
  log: Log
  brokerId: string
}

/**
 * The longest wait of a login for the database; while the database does not answer, no other login waits.
 * @limit the wait of a device's login for the database | a session that is kept here continues
 */
const ANSWER_MS_MAX = 1000
const RETRY_MS = 1000
/** Devices in one statement. */
const AT_ONCE_MAX = 1000
/**
 * Logins that are not written yet, 200 bytes each; beyond that the oldest is left out.
 * @limit logins of devices that are not yet noted in the database | the oldest is left out
 */
const WAITING_MAX = 100_000

interface Waiting {
  answer: Promise<LastLogin>
  resolve: (last: LastLogin) => void
}

/**
 * Notes in the database that devices log in at this broker, a thousand at a time, and reads where they had logged in before.
 * Logins that could not be written while the database was away are written later, for other brokers to read.
 */
export function createLastLogins({ sql, log, brokerId }: LastLoginsOptions): LastLogins {
  /** by device */
  const waiting = new Map<number, Waiting>()
  /** logins that are being written: a device that logs in again meanwhile must be written again */
  let underWay: [number, Waiting][] = []
  const closing = new AbortController()
  let isAnswering = true
  let writing: Promise<void> | undefined

  function add(deviceId: number): Waiting {
    let resolve: Waiting['resolve'] = () => {}
    const answer = new Promise<LastLogin>((settle) => (resolve = settle))
    const added = { answer, resolve }
    waiting.set(deviceId, added)
    const [oldest] = waiting
    if (waiting.size > WAITING_MAX && oldest !== undefined) {
      waiting.delete(oldest[0])
      oldest[1].resolve('unknown')
    }
    return added
  }

  /** Waiting logins continue without an answer, but are still written later. */
  function giveUp(): void {
    isAnswering = false
    for (const [, { resolve }] of [...underWay, ...waiting]) resolve('unknown')
  }

  async function write(): Promise<void> {
    underWay = [...waiting].slice(0, AT_ONCE_MAX)
    for (const [deviceId] of underWay) waiting.delete(deviceId)
    const timer = setTimeout(giveUp, ANSWER_MS_MAX)
    try {
      const deviceIds = underWay.map(([deviceId]) => deviceId)
      const lasts = await noteLogins(sql, brokerId, deviceIds)
      for (const [deviceId, { resolve }] of underWay) resolve(lasts.get(deviceId) ?? 'here')
      isAnswering = true
    } catch (error) {
      giveUp()
      for (const [deviceId, entry] of underWay) if (!waiting.has(deviceId)) waiting.set(deviceId, entry)
      if (closing.signal.aborted) return
      log.warn({ event: 'logins_not_written', err: error }, 'logins of devices not written, will retry')
      await delay(RETRY_MS, undefined, { ref: false, signal: closing.signal }).catch(() => {})
    } finally {
      underWay = []
      clearTimeout(timer)
    }
  }

  async function writeAll(): Promise<void> {
    // Devices that log in in the same turn of the event loop are written together.
    await new Promise(setImmediate)
    while (waiting.size > 0 && !closing.signal.aborted) await write()
    writing = undefined
  }

  return {
    async note(deviceId) {
      const { answer } = waiting.get(deviceId) ?? add(deviceId)
      writing ??= writeAll()
      return isAnswering ? answer : 'unknown'
    },
    async close() {
      closing.abort()
      giveUp()
      await Promise.race([writing, delay(ANSWER_MS_MAX, undefined, { ref: false })])
    },
  }
}
