import { useApp } from '../../app-context.ts'
import { EmptyState } from '../../ui/empty-state.tsx'
import { ErrorState } from '../../ui/error-state.tsx'
import { Loading } from '../../ui/loading.tsx'
import { useRequest } from '../../ui/use-request.ts'
import { DayPicker } from '../days/day-picker.tsx'
import { DeadLetters } from '../data/dead-letters.tsx'
import { JourneyList } from './journey-list.tsx'
import { useDay } from '../days/use-day.ts'

/** A vehicle's day: trips, stops, gaps and refused readings. */
export function EventsTab({ vehicle }: { vehicle: string }) {
  const { api } = useApp()
  const day = useDay()
  const { fromMs, toMs } = day
  const journeys = useRequest(
    (signal) =>
      api.GET('/api/vehicles/{key}/journeys', {
        params: {
          path: { key: vehicle },
          query: { from: new Date(fromMs).toISOString(), to: new Date(toMs).toISOString(), limit: 1000 },
        },
        signal,
      }),
    [vehicle, fromMs, toMs],
  )
  return (
    <>
      <section class="vehicle-panel__section" aria-labelledby="events-journeys">
        <DayPicker {...day} />
        <h3 id="events-journeys">Trips and stops</h3>
        {journeys.state === 'failed' ? (
          <ErrorState problem={journeys.error} onRetry={() => journeys.reload()} />
        ) : journeys.data === undefined ? (
          <Loading label="Loading the day" />
        ) : journeys.data.items.length === 0 ? (
          <EmptyState title="No trips or stops on this day" />
        ) : (
          <JourneyList journeys={journeys.data.items} fromMs={fromMs} toMs={toMs} />
        )}
      </section>
      <section class="vehicle-panel__section" aria-labelledby="events-refused">
        <h3 id="events-refused">Rejected</h3>
        <DeadLetters vehicle={vehicle} fromMs={fromMs} toMs={toMs} />
      </section>
    </>
  )
}
