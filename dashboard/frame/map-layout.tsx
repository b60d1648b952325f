import { useEffect } from 'preact/hooks'
import { useApp } from '../app-context.ts'
import { lazyView } from '../lazy-view.tsx'
import { VehicleList } from '../list/vehicle-list.tsx'
import { LIST_SHEET } from './bottom-bar.tsx'
import './map-layout.css'

const MapView = lazyView('Loading the map', async () =>
  import('../map/map-view.tsx').then((it) => it.MapView),
)
const VehiclePanel = lazyView('Loading the vehicle', async () =>
  import('../vehicle/vehicle-panel.tsx').then((it) => it.VehiclePanel),
)

/** The list beside the map, and a vehicle's panel over the map. A phone shows one of the three. */
export function MapLayout() {
  const app = useApp()
  const route = app.route.value
  useEffect(() => {
    // Here, because the panel's code may still be loading.
    const onKeyDown = (event: KeyboardEvent) => {
      if (event.key !== 'Escape' || event.defaultPrevented || document.querySelector('dialog[open]')) return
      const { target } = event
      if (target instanceof HTMLElement && target.matches('input:not([type=range]), textarea, select')) return
      const now = app.route.peek()
      if (now.view === 'map' && now.vehicle !== undefined) app.navigate('/')
    }
    document.addEventListener('keydown', onKeyDown)
    return () => document.removeEventListener('keydown', onKeyDown)
  }, [])
  if (route.view !== 'map') return null
  const { vehicle, query } = route
  const names = ['map-layout', query.has(LIST_SHEET) && 'map-layout--list', vehicle && 'map-layout--vehicle']
  return (
    <div class={names.filter(Boolean).join(' ')}>
      <h1 class="visually-hidden">Map</h1>
      <section class="map-layout__list" aria-label="Vehicles">
        <VehicleList />
      </section>
      <section class="map-layout__map" aria-label="Map">
        <MapView />
      </section>
      {vehicle !== undefined && (
        <section class="map-layout__panel" aria-label={`Vehicle ${vehicle}`}>
          <VehiclePanel />
        </section>
      )}
    </div>
  )
}
