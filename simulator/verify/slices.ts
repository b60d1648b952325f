import type { MessageRef } from '../journal/read.ts'

/** One sent reading: its time in microseconds, and the message that it was in. */
export interface TimedRef {
  us: number
  message: MessageRef
}

export interface Slice {
  /** inclusive */
  fromUs: number
  /** exclusive */
  toUs: number
  /** the messages with readings of this time */
  messages: Set<MessageRef>
}

/**
 * Sorts a vehicle's readings, and cuts them into spans of time with about `max` readings at most, without gaps from the first to
 * the last. Readings of the same time stay together.
 */
export function cutSlices(readings: TimedRef[], max: number): Slice[] {
  readings.sort((a, b) => a.us - b.us)
  const slices: Slice[] = []
  let count = 0
  let slice: Slice | undefined
  let last = 0
  for (const { us, message } of readings) {
    if (slice === undefined || (count >= max && us > last)) {
      if (slice) slice.toUs = us
      slice = { fromUs: us, toUs: us + 1, messages: new Set() }
      slices.push(slice)
      count = 0
    }
    slice.messages.add(message)
    slice.toUs = us + 1
    last = us
    count++
  }
  return slices
}
