import { useApp } from '../../app-context.ts'
import { formatAge } from '../../format/format-age.ts'
import { formatNumber } from '../../format/format-number.ts'
import { formatSpeed } from '../../format/format-speed.ts'
import { VehicleState } from '../../list/vehicle-state.tsx'
import { useNow } from '../../ui/use-now.ts'
import type { FleetMap } from '../fleet-map.ts'
import './map-tooltip.css'

/** Size and distance from the pointer, CSS pixels. The tooltip changes sides before it would leave the map. */
const WIDTH_PX = 230
const HEIGHT_PX = 90
const AWAY_PX = 14

/** The vehicle or cluster under the pointer. Hidden from screen readers, as the list has the same data. */
export function MapTooltip({ map }: { map: FleetMap }) {
  const hover = map.hover.value
  if (hover === undefined) return null
  const { width, height } = map.camera.value
  const x = hover.x + AWAY_PX + WIDTH_PX > width ? hover.x - AWAY_PX - WIDTH_PX : hover.x + AWAY_PX
  const y = hover.y + AWAY_PX + HEIGHT_PX > height ? hover.y - AWAY_PX - HEIGHT_PX : hover.y + AWAY_PX
  const { picked } = hover
  const isLeft = x < hover.x
  return (
    <div
      class={isLeft ? 'map-tooltip map-tooltip--left' : 'map-tooltip'}
      style={{ transform: `translate(${Math.max(x, 0)}px, ${Math.max(y, 0)}px)`, width: `${WIDTH_PX}px` }}
      aria-hidden="true"
    >
      <div class="map-tooltip__box">
        {'vehicle' in picked ? <Vehicle vehicle={picked.vehicle} /> : <Cluster {...picked.cluster} />}
      </div>
    </div>
  )
}

function Vehicle({ vehicle }: { vehicle: string }) {
  const { table, preferences } = useApp()
  void table.values.value
  const nowMs = useNow()
  const row = table.rowOf(vehicle)
  if (row === undefined) return null
  const locale = preferences.locale.value
  const speed = table.speed[row] ?? NaN
  const timeMs = table.timeMs[row] ?? 0
  return (
    <>
      <strong class="map-tooltip__name">{table.names[row] || vehicle}</strong>
      <span class="map-tooltip__line">
        <VehicleState row={row} nowMs={nowMs} />
        {!Number.isNaN(speed) && <span>{formatSpeed(speed, preferences.units.value, locale)}</span>}
      </span>
      {timeMs > 0 && <span class="map-tooltip__age">{formatAge(nowMs - timeMs, locale)} ago</span>}
    </>
  )
}

function Cluster({ members }: { members: number }) {
  const locale = useApp().preferences.locale.value
  return (
    <>
      <strong class="map-tooltip__name">{formatNumber(members, locale)} vehicles</strong>
      <span class="map-tooltip__age">Click to zoom in</span>
    </>
  )
}
