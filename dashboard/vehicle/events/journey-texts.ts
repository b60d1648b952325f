import type { Schemas } from '../../../client/client.ts'
import { formatDistance } from '../../format/format-distance.ts'
import { formatNumber } from '../../format/format-number.ts'
import { formatSpeed } from '../../format/format-speed.ts'
import { formatMinute, formatTick } from '../charts/format-tick.ts'
import { formatDuration } from './format-duration.ts'

export interface JourneyTexts {
  /** from when to when; with the date if that is not on the shown day */
  time: string
  /** what happened, and for how long */
  kind: string
  figures: string
  places: string
}

export interface JourneyTextsOptions {
  /** the shown day, milliseconds since 1970 */
  fromMs: number
  toMs: number
  units: 'metric' | 'imperial'
  locale: string | undefined
}

const DONE = { trip: 'Drove', stop: 'Stopped', gap: 'No readings for' } as const
const OPEN = { trip: 'Under way for', stop: 'Stopped so far', gap: 'No readings for' } as const
const DAY_S = 86_400

/** A journey of the API in words. */
export function journeyTexts(journey: Schemas['Journey'], options: JourneyTextsOptions): JourneyTexts {
  const {
    kind,
    from,
    to,
    as_of: asOf,
    distance_m: m,
    speed_max: speedMax,
    fuel_l: fuel,
    start,
    end,
  } = journey
  const { fromMs, toMs, units, locale } = options
  const at = (time: string) => {
    const ms = Date.parse(time)
    const minute = formatMinute(ms, locale)
    return ms >= fromMs && ms <= toMs ? minute : `${formatTick(ms, DAY_S, locale)} ${minute}`
  }
  const isOpen = to === null
  const until = to ?? asOf ?? from
  const figures = [
    kind !== 'stop' && m !== null && m > 0 && formatDistance(m, units, locale),
    speedMax !== undefined && kind === 'trip' && `up to ${formatSpeed(speedMax, units, locale)}`,
    fuel !== undefined && fuel >= 0.05 && `${formatNumber(fuel, locale, 1)} l`,
    isOpen && `newest reading ${at(until)}`,
  ]
  const places = kind === 'stop' ? [start?.place] : [start?.place, isOpen ? undefined : end?.place]
  return {
    time: isOpen ? `Since ${at(from)}` : `${at(from)} – ${at(until)}`,
    kind: `${(isOpen ? OPEN : DONE)[kind]} ${formatDuration(Date.parse(until) - Date.parse(from), locale)}`,
    figures: figures.filter(Boolean).join(', '),
    places: [...new Set(places.filter(Boolean))].join(' → '),
  }
}
