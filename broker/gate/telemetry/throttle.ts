import { READINGS_MAX } from '../../../contract/telemetry.ts'
import type { DeviceRate } from './device-rates.ts'
import type { Edge } from '../wire/edge.ts'

/** Holds a device's connection back while the device is in debt. */
export interface Throttle {
  /** Charges bytes that were read from the socket. */
  onBytes: (count: number) => void
  /** Charges the readings that a message seems to have, and returns how many. */
  reserve(payload: Buffer): number
  /** Charges the real number of readings, once it is known. */
  settle(reserved: number, readings: number): void
}

interface ThrottleOptions {
  edge: Edge
  rate: DeviceRate
  /** called each time the connection is held back */
  onHold: () => void
}

/** `{"rpm":1},` is as short as a reading can be. */
const READING_BYTES_MIN = 10
const OPENING_BRACKET = 0x5b
const SPACE = 0x20
/** The debt is checked at least so often; a timer cannot wait for longer than 24 days. */
const WAIT_MAX_MS = 60_000

/**
 * The number of readings in a message is known when the message is stored. Until then a guess is charged, or a device could have
 * any number of messages under way before the first one is counted.
 */
export function createThrottle({ edge, rate, onHold }: ThrottleOptions): Throttle {
  let timer: NodeJS.Timeout | undefined
  edge.once('close', () => clearTimeout(timer))

  function check(): void {
    if (edge.destroyed) return
    const waitMs = rate.waitMs(performance.now())
    if (waitMs === 0) {
      clearTimeout(timer)
      timer = undefined
      return edge.release('rate')
    }
    if (timer !== undefined) return
    if (!edge.isHeldBy('rate')) onHold()
    edge.hold('rate')
    timer = setTimeout(
      () => {
        timer = undefined
        check()
      },
      Math.min(waitMs, WAIT_MAX_MS),
    ).unref()
  }

  // The device may have left with a debt.
  check()

  return {
    onBytes: (count) => {
      rate.chargeBytes(count, performance.now())
      check()
    },
    reserve(payload) {
      const readings = guessReadings(payload)
      rate.chargeReadings(readings, performance.now())
      check()
      return readings
    },
    settle(reserved, readings) {
      if (reserved === readings) return
      rate.chargeReadings(readings - reserved, performance.now())
      check()
    },
  }
}

/** 1 for a single reading; for an array the largest number that it can have. */
export function guessReadings(payload: Buffer): number {
  let at = 0
  while ((payload[at] ?? OPENING_BRACKET) <= SPACE) at++
  if (payload[at] !== OPENING_BRACKET) return 1
  return Math.min(READINGS_MAX, Math.ceil(payload.length / READING_BYTES_MIN))
}
