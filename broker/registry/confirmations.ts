/** A device that was read again is not read once more within this. */
const CONFIRMED_MS = 1000
/** Devices whose last reading is remembered; beyond that the oldest is forgotten. */
const CONFIRMED_MAX = 10_000

/** Reads a device again, at most once in `CONFIRMED_MS`. Rejects if it cannot be read. */
export type Confirm = (device: { deviceId: number; deviceKey: string }) => Promise<void>

/** @param reread reads a device again by its key */
export function createConfirmations(reread: (deviceKey: string) => Promise<void>): Confirm {
  /** by device id, the oldest first */
  const confirmations = new Map<number, { atMs: number; read: Promise<void> }>()

  return async ({ deviceId, deviceKey }) => {
    let last = confirmations.get(deviceId)
    if (last === undefined || Date.now() - last.atMs > CONFIRMED_MS) {
      last = { atMs: Date.now(), read: reread(deviceKey) }
      confirmations.delete(deviceId)
      confirmations.set(deviceId, last)
      const [oldest] = confirmations.keys()
      if (confirmations.size > CONFIRMED_MAX && oldest !== undefined) confirmations.delete(oldest)
    }
    // Later callers wait for the same read, and are answered in their order.
    await last.read.catch((error: unknown) => {
      if (confirmations.get(deviceId) === last) confirmations.delete(deviceId)
      throw error
    })
  }
}
