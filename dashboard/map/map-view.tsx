import { useEffect, useRef, useState } from 'preact/hooks'
import { useApp } from '../app-context.ts'
import { EmptyState } from '../ui/empty-state.tsx'
import { Loading } from '../ui/loading.tsx'
import { type FleetMap, openFleetMap } from './fleet-map.ts'
import { MapControls } from './controls/map-controls.tsx'
import { MapScale } from './controls/map-scale.tsx'
import { MapTooltip } from './controls/map-tooltip.tsx'
import './map-view.css'

/** The fleet on a map. The list has the same vehicles. */
export function MapView() {
  const app = useApp()
  const element = useRef<HTMLDivElement>(null)
  const [map, setMap] = useState<FleetMap | 'opening' | 'impossible'>('opening')

  useEffect(() => {
    if (element.current === null) return undefined
    const abort = new AbortController()
    let opened: FleetMap | undefined
    openFleetMap({ app, element: element.current, isPlain: asksForPlainMap(), signal: abort.signal }).then(
      (it) => {
        opened = it
        if (abort.signal.aborted) it?.close()
        else setMap(it ?? 'impossible')
      },
      () => {
        if (!abort.signal.aborted) setMap('impossible')
      },
    )
    return () => {
      abort.abort()
      opened?.close()
    }
  }, [])

  useEffect(() => {
    if (typeof map === 'string') return undefined
    const onKey = (event: KeyboardEvent) => {
      if (isForFit(event)) map.fit()
    }
    document.addEventListener('keydown', onKey)
    return () => document.removeEventListener('keydown', onKey)
  }, [map])

  return (
    <div class="map-view">
      <div class="map-view__map" ref={element} />
      {map === 'opening' && (
        <div class="map-view__over">
          <Loading label="Loading the map" />
        </div>
      )}
      {map === 'impossible' && (
        <div class="map-view__over">
          <EmptyState title="This browser cannot draw the map">
            <p>The list shows every vehicle with its state and position.</p>
          </EmptyState>
        </div>
      )}
      {typeof map === 'object' && (
        <>
          <MapControls map={map} />
          <MapScale map={map} />
          <MapTooltip map={map} />
        </>
      )}
      {map !== 'opening' && <NoVehicles />}
    </div>
  )
}

/** What to do if there are no vehicles. */
function NoVehicles() {
  const { table, me } = useApp()
  // Before the first snapshot, the vehicles are not known.
  if (table.structure.value === 0 || table.count > 0) return null
  const isAdmin = me.value.role === 'admin'
  return (
    <div class="map-view__over">
      <div class="map-view__card">
        <EmptyState title={isAdmin ? 'Connect the first device' : 'No vehicles to show yet'}>
          {isAdmin ? (
            <p>
              Add a vehicle and its device under <a href="/admin/devices">Devices</a>. You get a token and a
              command to try it with. The vehicle appears here with its first position.
            </p>
          ) : (
            <p>An administrator can grant you access to vehicles or groups.</p>
          )}
        </EmptyState>
      </div>
    </div>
  )
}

/** With `?nogl=1`, the map behaves as in a browser without WebGL2. */
function asksForPlainMap(): boolean {
  return new URLSearchParams(location.search).get('nogl') === '1'
}

/** Whether the key f was pressed outside of text fields and dialogs. */
function isForFit({ key, ctrlKey, metaKey, altKey, target, defaultPrevented }: KeyboardEvent): boolean {
  if (key !== 'f' || ctrlKey || metaKey || altKey || defaultPrevented) return false
  return !(target instanceof Element && target.closest('input, textarea, select, dialog, [contenteditable]'))
}
