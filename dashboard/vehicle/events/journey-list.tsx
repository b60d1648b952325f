import { useApp } from '../../app-context.ts'
import { formatDistance } from '../../format/format-distance.ts'
import { formatSpeed } from '../../format/format-speed.ts'
import type { Journey } from './journeys.ts'
import { formatDuration } from './format-duration.ts'
import { formatMinute } from '../charts/format-tick.ts'
import './journey-list.css'

const WORDS = { trip: 'Drove', stop: 'Stopped', gap: 'No readings for' } as const

/** Trips, stops and gaps, newest first. */
export function JourneyList({ journeys }: { journeys: readonly Journey[] }) {
  const { preferences } = useApp()
  const units = preferences.units.value
  const locale = preferences.locale.value
  return (
    <>
      <ol class="journey-list">
        {journeys.toReversed().map((it) => (
          <li key={it.fromMs} class={`journey-list__item journey-list__item--${it.kind}`}>
            <span class="journey-list__time">
              {formatMinute(it.fromMs, locale)} – {formatMinute(it.toMs, locale)}
            </span>
            <span class="journey-list__kind">
              {WORDS[it.kind]} {formatDuration(it.toMs - it.fromMs, locale)}
            </span>
            {it.kind === 'trip' && (
              <span class="journey-list__figures">
                About {formatDistance(it.distanceM, units, locale)}
                {it.speedMax !== undefined && `, up to ${formatSpeed(it.speedMax, units, locale)}`}
              </span>
            )}
          </li>
        ))}
      </ol>
      <p class="vehicle-panel__note">
        Estimated from one-minute averages. Below 3 km/h the vehicle counts as stopped. A stop of less than 3
        minutes belongs to the trip. More than 5 minutes without a reading are a gap. Distances are straight
        lines from minute to minute.
      </p>
    </>
  )
}
