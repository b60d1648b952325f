import type { Delivery, Message } from '../accept.ts'
import { decode } from './decode.ts'
import type { ReceiptClock } from './receipt-clock.ts'
import type { ReceiptStore } from './receipts.ts'
import type { Validate } from './validate.ts'

/**
 * The time for readings without a time in a QoS 2 message, in microseconds since 1970: that of the first receipt, if the message
 * was not released since. The time is on the disk before anything of the message is committed.
 */
export function createReceiptTimes(options: {
  receipts: ReceiptStore
  clock: ReceiptClock
  validate: Validate
}): (message: Message, delivery: Delivery) => Promise<number> {
  const { receipts, clock, validate } = options

  /** Whether every reading has a valid time of its own. Such a message is stored once, whenever it is received. */
  function isNamed(readings: readonly unknown[], receivedUs: number): boolean {
    return readings.every(
      (reading) =>
        typeof reading === 'object' &&
        reading !== null &&
        'time' in reading &&
        // A dead letter is identified by the time of its receipt.
        typeof validate(reading, receivedUs) === 'number',
    )
  }

  return async (message, delivery) => {
    const { deviceId, payload, refused, stays } = message
    const known = delivery.isResent ? receipts.find(deviceId, delivery) : undefined
    if (known !== undefined) return known
    const decoded = refused ?? decode(payload)
    const readings = 'code' in decoded ? [] : decoded.readings
    const receivedUs = clock.next(message)
    clock.used(message, receivedUs, readings.length)
    // Readings that can be placed in no vehicle become dead letters as well.
    if (readings.length === 0 || stays !== undefined || !isNamed(readings, receivedUs))
      await receipts.keep(deviceId, delivery, receivedUs)
    return receivedUs
  }
}
