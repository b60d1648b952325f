import type { Notice } from './notice-outbox.ts'

/**
 * Limits for all devices that are away; beyond either of them the device that left first loses its notices.
 * @limit devices that are away and have unconfirmed notices | the device that left first loses its notices
 */
const DEVICES_MAX = 1000
/** @limit bytes of all of these notices | the device that left first loses its notices */
const BYTES_MAX = 8 * 1024 * 1024

/** Notices that a device with a kept session has not confirmed, in memory, until it comes back or the broker ends. */
export interface KeptNotices {
  keep(deviceId: number, notices: Notice[]): void
  /** Returns the notices of a device, and forgets them. */
  take(deviceId: number): Notice[]
}

/** @param onDropped called with the number of dropped notices */
export function createKeptNotices(onDropped: (count: number) => void): KeptNotices {
  const byDevice = new Map<number, Notice[]>()
  let bytes = 0

  function take(deviceId: number): Notice[] {
    const notices = byDevice.get(deviceId) ?? []
    byDevice.delete(deviceId)
    bytes -= bytesOf(notices)
    return notices
  }

  return {
    take,
    keep(deviceId, notices) {
      onDropped(take(deviceId).length)
      if (notices.length === 0) return
      byDevice.set(deviceId, notices)
      bytes += bytesOf(notices)
      while (byDevice.size > DEVICES_MAX || bytes > BYTES_MAX) {
        // The order of a Map is that of insertion.
        const [oldest = deviceId] = byDevice.keys()
        onDropped(take(oldest).length)
      }
    },
  }
}

function bytesOf(notices: readonly Notice[]): number {
  return notices.reduce((sum, { payload }) => sum + payload.length, 0)
}
