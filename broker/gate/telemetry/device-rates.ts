import { PAYLOAD_BYTES_MAX, READINGS_MAX } from '../../../contract/telemetry.ts'
import { TokenBucket } from '../../../kit/token-bucket.ts'

/** The rate of one device. Counts and times as in `TokenBucket`. */
export interface DeviceRate {
  chargeReadings(count: number, nowMs: number): void
  chargeBytes(count: number, nowMs: number): void
  /** milliseconds until the device may send again; 0 if it may send now */
  waitMs(nowMs: number): number
}

export interface DeviceRates {
  /** The rate of a device, kept across reconnects; `undefined` if there is no limit. */
  of(deviceId: number, nowMs: number): DeviceRate | undefined
  readonly size: number
}

interface DeviceRatesOptions {
  /** 0: no limit */
  readingsPerS: number
  bytesPerS: number
  /** Devices that are remembered, about 200 bytes each; beyond that the device with the oldest last login is forgotten. */
  devicesMax: number
}

/**
 * A device may save up this much: a tracker that was offline for a moment sends its kept readings in one burst.
 * @limit the burst of `DEVICE_READINGS_PER_S` and `DEVICE_BYTES_PER_S` | the device's socket is not read
 */
const BURST_S = 10

/**
 * The rates of all devices. They are kept by device and not by connection, so that a reconnect does not reset them. A
 * burst always has room for one message of the largest size.
 */
export function createDeviceRates({ readingsPerS, bytesPerS, devicesMax }: DeviceRatesOptions): DeviceRates {
  const rates = new Map<number, DeviceRate>()
  const bucket = (perS: number, least: number, nowMs: number) =>
    perS > 0 ? new TokenBucket(perS, Math.max(perS * BURST_S, least), nowMs) : undefined

  function create(nowMs: number): DeviceRate {
    const readings = bucket(readingsPerS, READINGS_MAX, nowMs)
    const bytes = bucket(bytesPerS, PAYLOAD_BYTES_MAX, nowMs)
    return {
      chargeReadings: (count, atMs) => readings?.charge(count, atMs),
      chargeBytes: (count, atMs) => bytes?.charge(count, atMs),
      waitMs: (atMs) => Math.max(readings?.waitMs(atMs) ?? 0, bytes?.waitMs(atMs) ?? 0),
    }
  }

  return {
    of(deviceId, nowMs) {
      if (readingsPerS === 0 && bytesPerS === 0) return undefined
      const rate = rates.get(deviceId) ?? create(nowMs)
      // The order of a Map is that of insertion: the first device is the one that logged in longest ago.
      rates.delete(deviceId)
      rates.set(deviceId, rate)
      const [oldest] = rates.keys()
      if (rates.size > devicesMax && oldest !== undefined) rates.delete(oldest)
      return rate
    },
    get size() {
      return rates.size
    },
  }
}
