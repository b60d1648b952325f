import { useComputed } from '@preact/signals'
import { useApp } from '../../app-context.ts'
import { formatNumber } from '../../format/format-number.ts'
import type { FleetMap } from '../fleet-map.ts'
import { latOfY, metresPerPx } from '../camera/mercator.ts'
import { scaleBar } from './scale-bar.ts'
import './map-scale.css'

/** The scale bar of the map. */
export function MapScale({ map }: { map: FleetMap }) {
  const { units, locale } = useApp().preferences
  // Rounded, so that the value hardly changes while the map is panned.
  const metresAPx = useComputed(() => {
    const { y, zoom } = map.camera.value
    return Number(metresPerPx(latOfY(y), zoom).toPrecision(3))
  })
  const { widthPx, value, unit } = scaleBar(metresAPx.value, units.value)
  return (
    <div class="map-scale" style={{ width: `${Math.round(widthPx)}px` }}>
      {formatNumber(value, locale.value)} {unit}
    </div>
  )
}
