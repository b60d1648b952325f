import { setTimeout as delay } from 'node:timers/promises'
import { createDrainConnection, type DrainConnectionOptions } from './drain-connection.ts'
import { createDrainTransfer, type DrainTransferOptions } from './drain-transfer.ts'
import { createSpoolBatch } from './spool-batch.ts'
import type { Spool } from './spool/spool.ts'
import type { Validate } from './validate.ts'

export interface Drain {
  /** Something was spooled, or the database was found to be away. */
  wake(): void
  /** Resolves when the batch that is being written is done. */
  stop(): Promise<void>
}

export interface DrainOptions extends DrainConnectionOptions, DrainTransferOptions {
  spool: Spool
  validate: Validate
  /** whether live messages wait for the database */
  isBusy: () => boolean
}

/** The drain waits so long for late live batches: a late batch may wait for a lock that holds up nothing else. */
const GIVE_WAY_MAX_MS = 5000

/**
 * Brings the content of the spool to the database, oldest first, over a connection of its own, so that live batches do not
 * wait for it. The drain also finds out when the database is back: the lanes do not try while the database is away.
 */
export function createDrain(options: DrainOptions): Drain {
  const { availability, signal, isBusy } = options
  const stopping = new AbortController()
  const connection = createDrainConnection(options, stopping.signal)
  const batch = createSpoolBatch(options)
  const transfer = createDrainTransfer(options, connection, batch)
  let wake = () => {}

  async function run(): Promise<void> {
    while (!stopping.signal.aborted && !signal.aborted) {
      if (availability.outage === undefined) await availability.untilNoneLate(GIVE_WAY_MAX_MS)
      if (stopping.signal.aborted) break
      const startMs = performance.now()
      if (batch.isRemovalDue) await batch.removeStored()
      const end = await transfer.next()
      if (end === 'stored') {
        // Half of the time is for waiting tasks.
        if (isBusy()) await rest(performance.now() - startMs)
        continue
      }
      if (end === 'empty' && availability.outage !== undefined) {
        await connection.probe()
      } else if (end === 'empty' && !batch.isRemovalDue) {
        await untilWoken()
        continue
      }
      await rest(transfer.retryMs())
    }
  }

  async function untilWoken(): Promise<void> {
    await new Promise<void>((resolve) => {
      wake = resolve
      // The drain may have been stopped while stored messages were removed from the disk.
      if (stopping.signal.aborted || signal.aborted) resolve()
    })
  }

  /** Ends immediately when the drain is stopped. */
  async function rest(ms: number): Promise<void> {
    await delay(ms, undefined, { signal: stopping.signal }).catch(() => {})
  }

  availability.onAway(() => wake())
  signal.addEventListener('abort', () => wake())
  const finished = run()
  return {
    wake: () => wake(),
    async stop() {
      stopping.abort()
      wake()
      await connection.end(finished)
    },
  }
}
