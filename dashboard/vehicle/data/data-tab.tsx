import { useState } from 'preact/hooks'
import { useApp } from '../../app-context.ts'
import { EmptyState } from '../../ui/empty-state.tsx'
import { ErrorState } from '../../ui/error-state.tsx'
import { Loading } from '../../ui/loading.tsx'
import { useRequest } from '../../ui/use-request.ts'
import { DayPicker } from '../days/day-picker.tsx'
import { DeadLetters } from './dead-letters.tsx'
import { DeviceCompleteness } from './device-completeness.tsx'
import { useDay } from '../days/use-day.ts'

/** Devices whose completeness is shown; each takes a request. */
const DEVICES_SHOWN = 5

/** Missing readings of each device on a day, and refused readings. */
export function DataTab({ vehicle }: { vehicle: string }) {
  const { api } = useApp()
  const day = useDay()
  const { fromMs, toMs } = day
  /** counts replays and deletions of dead letters, which change the figures */
  const [round, setRound] = useState(0)
  const found = useRequest(
    (signal) =>
      api.GET('/api/vehicles/{key}/completeness', {
        params: {
          path: { key: vehicle },
          query: { from: new Date(fromMs).toISOString(), to: new Date(toMs).toISOString() },
        },
        signal,
      }),
    [vehicle, fromMs, toMs, round],
  )
  const devices = (found.data?.devices ?? []).flatMap(({ device }) => device ?? [])
  return (
    <>
      <section class="vehicle-panel__section" aria-labelledby="data-completeness">
        <DayPicker {...day} />
        <h3 id="data-completeness">Completeness</h3>
        {found.state === 'failed' ? (
          <ErrorState problem={found.error} onRetry={() => found.reload()} />
        ) : found.data === undefined ? (
          <Loading label="Counting readings" />
        ) : devices.length === 0 ? (
          <EmptyState title="No device sent readings on this day" />
        ) : (
          devices
            .slice(0, DEVICES_SHOWN)
            .map((device) => (
              <DeviceCompleteness key={`${device} ${round}`} device={device} fromMs={fromMs} toMs={toMs} />
            ))
        )}
        {devices.length > DEVICES_SHOWN && (
          <p class="vehicle-panel__note">{devices.length} devices sent readings; these {DEVICES_SHOWN} sent the most.</p>
        )}
      </section>
      <section class="vehicle-panel__section" aria-labelledby="data-refused">
        <h3 id="data-refused">Rejected on any day</h3>
        <DeadLetters vehicle={vehicle} onChange={() => setRound((it) => it + 1)} />
      </section>
    </>
  )
}
