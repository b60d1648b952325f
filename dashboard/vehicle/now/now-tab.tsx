import { useEffect, useMemo, useState } from 'preact/hooks'
import { useApp } from '../../app-context.ts'
import { vehiclePath } from '../../routing/routes.ts'
import { Button } from '../../ui/button.tsx'
import { EmptyState } from '../../ui/empty-state.tsx'
import { ErrorState } from '../../ui/error-state.tsx'
import { Loading } from '../../ui/loading.tsx'
import { useRequest } from '../../ui/use-request.ts'
import { CompletenessSummary } from '../data/completeness-summary.tsx'
import type { PanelReading } from '../fields/decode-readings.ts'
import { DeviceStates } from './device-states.tsx'
import { LiveCharts } from './live-charts.tsx'
import { NewestTable } from './newest-table.tsx'
import { merge, ofLatest, withReading, type NewestValues } from './newest-values.ts'
import { useVehicleFeed } from './use-vehicle-feed.ts'

/** The API has a reading about a second after its acknowledgement. */
const STORED_AFTER_MS = 2000

/** The vehicle's newest values, charts, devices and completeness. */
export function NowTab({ vehicle }: { vehicle: string }) {
  const app = useApp()
  const { api } = app
  const [live, setLive] = useState<NewestValues>(new Map())
  const [batch, setBatch] = useState<PanelReading[]>([])
  const [round, setRound] = useState(0)
  const stored = useRequest(
    (signal) => api.GET('/api/vehicles/{key}/latest', { params: { path: { key: vehicle } }, signal }),
    [vehicle],
  )
  useVehicleFeed(
    vehicle,
    (readings) => {
      setLive((known) => readings.reduce(withReading, known))
      setBatch(readings)
    },
    () => {
      stored.reload()
      setRound((it) => it + 1)
    },
  )

  // Readings from just before the subscription are in no message, and may be missing in the first reply.
  useEffect(() => {
    const timer = setTimeout(stored.reload, STORED_AFTER_MS)
    return () => clearTimeout(timer)
  }, [vehicle, round])

  const newest = useMemo(() => merge(ofLatest(stored.data?.values ?? {}), live), [stored.data, live])
  return (
    <>
      <section class="vehicle-panel__section" aria-label="Newest values">
        {newest.size > 0 ? (
          <NewestTable newest={newest} />
        ) : stored.state === 'loading' ? (
          <Loading label="Loading the newest values" />
        ) : stored.state === 'failed' ? (
          <ErrorState problem={stored.error} onRetry={() => stored.reload()} />
        ) : (
          <EmptyState title="No readings yet">
            <p>Values appear here as soon as the vehicle's device publishes them.</p>
          </EmptyState>
        )}
      </section>
      {newest.size > 0 && <LiveCharts vehicle={vehicle} newest={newest} batch={batch} round={round} />}
      <DeviceStates vehicle={vehicle} />
      <section class="vehicle-panel__section" aria-labelledby="now-completeness">
        <h3 id="now-completeness">The last 24 hours</h3>
        <CompletenessSummary vehicle={vehicle} />
        <Button onClick={() => app.navigate(vehiclePath(vehicle, 'data'))}>Show missing readings</Button>
      </section>
    </>
  )
}
