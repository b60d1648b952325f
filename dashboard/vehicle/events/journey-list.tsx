import type { Schemas } from '../../../client/client.ts'
import { useApp } from '../../app-context.ts'
import { journeyTexts } from './journey-texts.ts'
import './journey-list.css'

export interface JourneyListProps {
  journeys: readonly Schemas['Journey'][]
  /** the shown day, milliseconds since 1970 */
  fromMs: number
  toMs: number
}

/** Trips, stops and gaps, newest first. */
export function JourneyList({ journeys, fromMs, toMs }: JourneyListProps) {
  const { preferences } = useApp()
  const options = { fromMs, toMs, units: preferences.units.value, locale: preferences.locale.value }
  return (
    <>
      <ol class="journey-list">
        {journeys.toReversed().map((it) => {
          const { time, kind, figures, places } = journeyTexts(it, options)
          return (
            <li key={it.id} class={`journey-list__item journey-list__item--${it.kind}`}>
              <span class="journey-list__time">{time}</span>
              <span class="journey-list__kind">{kind}</span>
              {[figures, places].filter(Boolean).map((text) => (
                <span class="journey-list__figures">{text}</span>
              ))}
            </li>
          )
        })}
      </ol>
      <p class="vehicle-panel__note">
        A stop of less than 3 minutes belongs to the trip. More than 5 minutes without a reading are a gap.
        Readings that arrive late correct this list. Places: GeoNames.
      </p>
    </>
  )
}
