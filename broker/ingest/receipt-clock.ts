import type { Message } from '../accept.ts'

/** Number of brokers that can give times concurrently without ever giving the same time twice. */
const CLASSES = 32
/** Microseconds from one reading without a time to the next one of its message: an instant is of one broker's class. */
export const RECEIPT_STEP_US = CLASSES
/** Clocks that vehicles share. A single clock would run ahead of the time above 31,250 readings/s. */
const CLOCKS = 1024

type Placed = Pick<Message, 'vehicleId' | 'stays'>

/** Gives messages the times for their readings that have none. */
export interface ReceiptClock {
  /**
   * Microseconds since 1970: the receipt rounded up by less than `RECEIPT_STEP_US`, and later than all times that messages of
   * its vehicles were given.
   */
  next(message: Placed & Pick<Message, 'receivedAtMs'>): number
  /** Marks the times of `readings` readings as used, from `fromUs` on; at least one. */
  used(message: Placed, fromUs: number, readings: number): void
}

/**
 * One clock for all lanes: two messages of one vehicle in one millisecond must not get the same time, in whichever lanes they
 * are.
 * @param receiptClass the class of this broker, 0 to 31: it gives only microseconds with this remainder
 */
export function createReceiptClock(receiptClass: number): ReceiptClock {
  /** by a vehicle's remainder: the first time that is not given yet */
  const free = new Float64Array(CLOCKS)

  return {
    next({ receivedAtMs, vehicleId, stays }) {
      const receivedUs = receivedAtMs * 1000
      const ownUs = receivedUs + ((receiptClass + CLASSES - (receivedUs % CLASSES)) % CLASSES)
      let us = Math.max(ownUs, free[vehicleId % CLOCKS] ?? 0)
      for (const stay of stays ?? []) us = Math.max(us, free[stay.vehicleId % CLOCKS] ?? 0)
      return us
    },
    used({ vehicleId, stays }, fromUs, readings) {
      const freeUs = fromUs + Math.max(readings, 1) * RECEIPT_STEP_US
      free[vehicleId % CLOCKS] = freeUs
      for (const stay of stays ?? []) free[stay.vehicleId % CLOCKS] = freeUs
    },
  }
}
