import { useRef } from 'preact/hooks'
import { useApp } from '../app-context.ts'
import { formatNumber } from '../format/format-number.ts'
import { FilterControls } from './filter-controls.tsx'
import { NoVehicles } from './no-vehicles.tsx'
import { SearchField } from './search-field.tsx'
import { VehicleRows } from './vehicle-rows.tsx'
import './vehicle-list.css'

/** The vehicles of the map as a list, for keyboards and screen readers as well. */
export function VehicleList() {
  const { filter, table, preferences } = useApp()
  const rows = useRef<HTMLDivElement>(null)
  void table.structure.value
  const shown = filter.rows.value.length
  const locale = preferences.locale.value
  return (
    <div class="vehicle-list">
      <div class="vehicle-list__head">
        <SearchField onLeave={() => rows.current?.focus()} />
        <FilterControls />
        <p class="vehicle-list__count" role="status">
          {formatNumber(shown, locale, 0)} of {formatNumber(table.count, locale, 0)} vehicles
        </p>
      </div>
      {shown === 0 ? <NoVehicles /> : <VehicleRows element={rows} />}
    </div>
  )
}
