import { createRandom, seedFor } from '../driving/random.ts'
import type { Draft } from './draft.ts'
import { createEvents } from './events.ts'
import { FAULT_KINDS, RETENTION_FAULTS } from './faults.ts'
import { createSender } from './sender.ts'
import { createTracker } from './tracker.ts'

export { BATCH_MAX } from './sender.ts'

export interface Source {
  /** The vehicle's turn at `nowMs`: usually one message of each device; none or several of a device that holds readings back. */
  next(nowMs: number): Draft[]
  /** Returns the messages that are still held back. */
  flush(): Draft[]
}

export interface SourceOptions {
  seed: number
  /** epoch milliseconds */
  startMs: number
  /** readings in a message, 1 to `BATCH_MAX` */
  batch: number
  /** fraction of messages with a fault, 0 to 1 */
  faultShare: number
  /** devices of the vehicle, which measure at the same instants; default 1 */
  devices?: number
  /** whether their clocks have whole seconds only, so that readings of the same second have the same time */
  wholeSeconds?: boolean
  /** fraction of turns with an event, which has the same time as a reading, 0 to 1 */
  eventShare?: number
  /** retention in days, used to create faults of readings that are too old; 0 for none */
  retentionDays?: number
}

/**
 * The messages of one vehicle, in the order in which they are sent. Every reading is measured once. A single device reports
 * everything; several devices each report a part.
 */
export function createSource(options: SourceOptions): Source {
  const { seed, startMs, batch, faultShare, devices = 1, retentionDays = 0 } = options
  const tracker = createTracker(seed, startMs, { devices, wholeSeconds: options.wholeSeconds ?? false })
  const faults = retentionDays > 0 ? [...FAULT_KINDS, ...RETENTION_FAULTS] : FAULT_KINDS
  const senders = Array.from({ length: devices }, (_, device) => {
    const random = createRandom(seedFor(seed, 2 + 10 * device))
    return createSender({ random, batch, faultShare, faults, retentionDays })
  })
  const events = createEvents(createRandom(seedFor(seed, 3)), options.eventShare ?? 0)
  const all = (draftsOf: (device: number) => Draft[]) =>
    senders.flatMap((_, device) => {
      const drafts = draftsOf(device)
      if (device > 0) for (const draft of drafts) draft.device = device
      return drafts
    })

  return {
    next(nowMs) {
      const measured = tracker.measure(nowMs, batch)
      const event = events.next(measured[0]?.at(-1))
      return all((device) => {
        const drafts = senders[device]!.next(measured[device] ?? [])
        const draft = event?.(device)
        return draft ? [...drafts, draft] : drafts
      })
    },
    flush: () => all((device) => senders[device]!.flush()),
  }
}
