import { READING_FIELDS } from '../../../contract/telemetry.ts'
import { useApp } from '../../app-context.ts'
import { formatAge } from '../../format/format-age.ts'
import type { NewestValues } from './newest-values.ts'
import { formatField, labelOf } from '../fields/shown-field.ts'
import { useNow } from '../../ui/use-now.ts'
import './newest-values.css'

/** The most important fields. */
const FIRST = [
  'speed',
  'ignition',
  'status',
  'fuel_level',
  'rpm',
  'coolant_temp',
  'battery_voltage',
  'odometer',
]
const ORDER: readonly string[] = [...new Set([...FIRST, ...READING_FIELDS])]

/** Every field with its newest value and its age. */
export function NewestTable({ newest }: { newest: NewestValues }) {
  const { preferences, staleAfterMs } = useApp()
  const nowMs = useNow()
  const units = preferences.units.value
  const locale = preferences.locale.value
  const rank = (name: string) => (ORDER.includes(name) ? ORDER.indexOf(name) : ORDER.length)
  const names = [...newest.keys()].toSorted((a, b) => rank(a) - rank(b) || a.localeCompare(b))
  return (
    <dl class="newest-values">
      {names.map((name) => {
        const it = newest.get(name)
        if (it === undefined) return null
        const isStale = nowMs - it.timeMs >= staleAfterMs
        return (
          <div key={name} class={`newest-values__item${isStale ? ' newest-values__item--stale' : ''}`}>
            <dt>{labelOf(name)}</dt>
            <dd class="newest-values__value">{formatField(name, it.value, units, locale)}</dd>
            <dd class="newest-values__age">
              {formatAge(nowMs - it.timeMs, locale)} ago{isStale && ', stale'}
            </dd>
          </div>
        )
      })}
    </dl>
  )
}
