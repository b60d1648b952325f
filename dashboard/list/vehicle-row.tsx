import { useApp } from '../app-context.ts'
import { formatAge } from '../format/format-age.ts'
import { formatSpeed } from '../format/format-speed.ts'
import { VehicleState } from './vehicle-state.tsx'

export interface VehicleRowProps {
  /** row of the table */
  row: number
  /** position in the list */
  index: number
  count: number
  /** distance from the top of the list, px */
  top: number
  isOpen: boolean
  isActive: boolean
  nowMs: number
  onOpen: () => void
}

/** A vehicle's state, name, key, speed, and the age of its newest position. */
export function VehicleRow({ row, index, count, top, isOpen, isActive, nowMs, onOpen }: VehicleRowProps) {
  const { table, preferences } = useApp()
  const locale = preferences.locale.value
  const key = table.keys[row] ?? ''
  const timeMs = table.timeMs[row] ?? 0
  const speed = table.speed[row] ?? NaN
  return (
    <div
      id={`vehicle-${key}`}
      role="option"
      class={`vehicle-list__row${isActive ? ' vehicle-list__row--active' : ''}`}
      aria-selected={isOpen}
      aria-posinset={index + 1}
      aria-setsize={count}
      style={{ transform: `translateY(${top}px)` }}
      onClick={onOpen}
    >
      <span class="vehicle-list__name">{table.names[row] || key}</span>
      <span class="vehicle-list__state">
        <VehicleState row={row} nowMs={nowMs} />
      </span>
      <span class="vehicle-list__key">{key}</span>
      <span class="vehicle-list__figures">
        {!Number.isNaN(speed) && (
          <span class="vehicle-list__speed">{formatSpeed(speed, preferences.units.value, locale)}</span>
        )}
        {timeMs === 0 ? 'no position' : formatAge(nowMs - timeMs, locale)}
      </span>
    </div>
  )
}
