import type { Log } from '../../kit/log.ts'
import type { Pressure } from '../accept.ts'

interface PressureOptions {
  waitingBytes: () => number
  waitingBytesMax: number
  log: Log
}

/**
 * Ingest is full when more bytes wait than are allowed, or when a batch is stuck because neither the database nor the spool
 * takes it. It has room again when half of the bytes are left and nothing is stuck.
 */
export function createPressure({ waitingBytes, waitingBytesMax, log }: PressureOptions): Pressure & {
  /** To be called when the bytes have changed. */
  look: () => void
  /** To be called when a batch got stuck (1), or got through (-1). */
  stuck: (change: 1 | -1) => void
} {
  const listeners: ((isFull: boolean) => void)[] = []
  let isFull = false
  let stuckCount = 0

  function look(): void {
    const bytes = waitingBytes()
    const before = isFull
    isFull = stuckCount > 0 || bytes > (before ? waitingBytesMax / 2 : waitingBytesMax)
    if (isFull === before) return
    const event = isFull ? 'intake_full' : 'intake_open'
    log.warn(
      { event, stuck: stuckCount, waitingBytes: bytes },
      isFull ? 'devices are not read' : 'devices are read again',
    )
    for (const listener of listeners) listener(isFull)
  }

  return {
    get isFull() {
      return isFull
    },
    onChange: (listener) => void listeners.push(listener),
    look,
    stuck(change) {
      stuckCount += change
      look()
    },
  }
}
