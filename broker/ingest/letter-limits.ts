import { TokenBucket } from '../../kit/token-bucket.ts'
import type { DeadLetter } from './dead-letter.ts'

/** Limits the dead letters of a device: two bytes of a payload can cause one of three hundred bytes. */
export interface LetterLimits {
  /**
   * The letters of a message that are kept. The last letter within the limits of its device has a further problem that reports
   * this; later letters are counted and dropped until the device's rejections slow down.
   */
  admit(letters: DeadLetter[]): DeadLetter[]
}

interface LetterLimitsOptions {
  /** 0: no limit */
  lettersPerS: number
  bytesPerS: number
  onDropped: (count: number) => void
  /** milliseconds of a clock that never goes back */
  now?: () => number
}

/**
 * A device may save up this much: an operator should see a backlog that is refused as a whole.
 * @limit the burst of `DEVICE_REJECTED_PER_S` and `DEVICE_REJECTED_BYTES_PER_S` | further dead letters are counted,
 * not kept
 */
const BURST_S = 1000
/** Approximate size of a row besides its payload. */
const LETTER_BYTES = 300
/**
 * Devices whose limits are remembered, 300 bytes each; beyond that the device with the oldest rejection is forgotten.
 * @limit devices whose dead letters are counted | the oldest is forgotten
 */
const DEVICES_MAX = 20_000

export function createLetterLimits(options: LetterLimitsOptions): LetterLimits {
  const { lettersPerS, bytesPerS, onDropped, now = () => performance.now() } = options
  const devices = new Map<number, TokenBucket[]>()

  function bucketsOf(deviceId: number, nowMs: number): TokenBucket[] {
    const buckets =
      devices.get(deviceId) ??
      [lettersPerS, bytesPerS].map((perS) => new TokenBucket(perS, perS * BURST_S, nowMs))
    devices.delete(deviceId)
    devices.set(deviceId, buckets)
    const [oldest] = devices.keys()
    if (devices.size > DEVICES_MAX && oldest !== undefined) devices.delete(oldest)
    return buckets
  }

  function isKept(letter: DeadLetter, nowMs: number): boolean {
    // The letter is added again: the database did not take it at first.
    if (letter.isAdmitted === true) return true
    const buckets = bucketsOf(letter.deviceId, nowMs)
    const costs = [1, letter.payload.length + LETTER_BYTES]
    const isOver = () => buckets.some((bucket, n) => !isUnlimited(n) && bucket.waitMs(nowMs) > 0)
    if (isOver()) return false
    buckets.forEach((bucket, n) => bucket.charge(costs[n] ?? 0, nowMs))
    letter.isAdmitted = true
    if (isOver()) letter.problems = [...letter.problems, LAST]
    return true
  }

  function isUnlimited(n: number): boolean {
    return (n === 0 ? lettersPerS : bytesPerS) === 0
  }

  return {
    admit(letters) {
      if (lettersPerS === 0 && bytesPerS === 0) return letters
      const nowMs = now()
      const kept = letters.filter((letter) => isKept(letter, nowMs))
      if (kept.length < letters.length) onDropped(letters.length - kept.length)
      return kept
    },
  }
}

const LAST = {
  code: 'not_kept',
  pointer: '',
  detail:
    'too many readings of this device were rejected recently: further rejections are counted but not kept for now',
} as const
