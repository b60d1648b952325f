import { useEffect, useState } from 'preact/hooks'
import { vehicleTopic } from '../../../contract/topics.ts'
import { useApp } from '../../app-context.ts'
import { formatAge } from '../../format/format-age.ts'
import { ErrorState } from '../../ui/error-state.tsx'
import { useRequest } from '../../ui/use-request.ts'
import { type DevicePresence, DEVICES_MAX, useDevicePresence } from './device-presence.ts'
import { readStatus, type VehicleStatus } from './vehicle-status.ts'
import { useNow } from '../../ui/use-now.ts'

/** Whether the vehicle is online, live from the broker, and its devices. */
export function DeviceStates({ vehicle }: { vehicle: string }) {
  const app = useApp()
  const { api, preferences } = app
  const nowMs = useNow()
  const [status, setStatus] = useState<VehicleStatus>()
  const devices = useRequest(
    (signal) => api.GET('/api/devices', { params: { query: { vehicle, limit: DEVICES_MAX } }, signal }),
    [vehicle],
  )
  useEffect(
    () => app.follow(vehicleTopic(vehicle, 'status'), (payload) => setStatus(readStatus(payload))),
    [vehicle],
  )

  const presence = useDevicePresence(vehicle, status)

  const locale = preferences.locale.value
  const items = devices.data?.items ?? []
  const isOnline = status?.isOnline ?? [...presence.values()].some(({ online }) => online)
  return (
    <section class="vehicle-panel__section" aria-labelledby="now-devices">
      <h3 id="now-devices">Connection</h3>
      <p class={`vehicle-panel__connection${isOnline ? ' vehicle-panel__connection--online' : ''}`}>
        {isOnline ? 'Online' : status === undefined ? 'Not connected, status unknown' : 'Not connected'}
        {status?.sinceMs !== undefined && ` for ${formatAge(nowMs - status.sinceMs, locale)}`}
      </p>
      {devices.state === 'failed' && <ErrorState problem={devices.error} onRetry={() => devices.reload()} />}
      {devices.state === 'ready' && items.length === 0 && (
        <p class="vehicle-panel__note">This vehicle has no devices that you can see.</p>
      )}
      {items.length > 0 && (
        <ul class="vehicle-panel__devices">
          {items.map(({ key, name, firmware, serial }) => (
            <li key={key}>
              <strong>{name || key}</strong> <span>{key}</span>
              <span>{describe(presence.get(key), nowMs, locale)}</span>
              {firmware && <span>firmware {firmware}</span>}
              {serial && <span>serial {serial}</span>}
            </li>
          ))}
        </ul>
      )}
    </section>
  )
}

function describe(presence: DevicePresence | undefined, nowMs: number, locale: string | undefined): string {
  if (presence === undefined) return ''
  if (presence.online) return 'online'
  if (presence.lastSeenMs === undefined) return 'never connected'
  return `last seen ${formatAge(nowMs - presence.lastSeenMs, locale)} ago`
}
