import { useEffect } from 'preact/hooks'
import { useApp } from '../../app-context.ts'
import { useRequest } from '../../ui/use-request.ts'

/** The presence of a device, from GET /api/presence. */
export interface DevicePresence {
  online: boolean
  /** of its last packet, milliseconds since 1970; `undefined` if the device was never connected */
  lastSeenMs: number | undefined
}

/** Devices shown of a vehicle. */
export const DEVICES_MAX = 100
/** The broker writes the times of last packets every 10 s. */
const EVERY_MS = 10_000
/** The vehicle's status comes before the broker has written the device's presence. */
const AFTER_CHANGE_MS = 1000

/** The presence of the vehicle's devices by key, refreshed when `status` changes and every 10 s. */
export function useDevicePresence(vehicle: string, status: unknown): ReadonlyMap<string, DevicePresence> {
  const { api } = useApp()
  const { data, reload } = useRequest(
    (signal) => api.GET('/api/presence', { params: { query: { vehicle, limit: DEVICES_MAX } }, signal }),
    [vehicle],
  )
  useEffect(() => {
    const soon = setTimeout(reload, AFTER_CHANGE_MS)
    const timer = setInterval(() => {
      if (document.visibilityState === 'visible') reload()
    }, EVERY_MS)
    return () => {
      clearTimeout(soon)
      clearInterval(timer)
    }
  }, [vehicle, status])
  return new Map(
    (data?.items ?? []).map(({ device, online, last_seen }) => [
      device,
      { online, lastSeenMs: last_seen === null ? undefined : Date.parse(last_seen) },
    ]),
  )
}
