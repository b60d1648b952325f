import { useEffect } from 'preact/hooks'
import { useApp } from '../../app-context.ts'
import { useRequest } from '../../ui/use-request.ts'

/** A device as GET /api/presence has it. */
export interface DevicePresence {
  online: boolean
  /** of its last packet, milliseconds since 1970; `undefined` if the device was never connected */
  lastSeenMs: number | undefined
}

/** Of a vehicle, that are shown. */
export const DEVICES_MAX = 100
/** The broker writes when a device was last heard of every 10 s. */
const EVERY_MS = 10_000
/** The vehicle's status is there before the broker has written whose it is. */
const AFTER_CHANGE_MS = 1000

/** Of each device of the vehicle, by its key; asked again when `status` is another one, and every 10 s. */
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
