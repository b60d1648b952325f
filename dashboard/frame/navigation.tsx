import { useApp } from '../app-context.ts'
import { resolvePath } from '../routing/resolve-path.ts'
import type { Route } from '../routing/routes.ts'
import { Icon } from '../ui/icon.tsx'

type Place = { view: Route['view']; path: string; label: string; icon: Parameters<typeof Icon>[0]['name'] }

const PLACES: readonly Place[] = [
  { view: 'map', path: '/', label: 'Map', icon: 'map' },
  { view: 'overview', path: '/overview', label: 'Overview', icon: 'gauge' },
  { view: 'admin', path: '/admin', label: 'Administration', icon: 'truck' },
  { view: 'settings', path: '/settings', label: 'Settings', icon: 'settings' },
]

export function placesFor(role: 'admin' | 'user'): readonly Place[] {
  return PLACES.filter(({ view }) => view !== 'admin' || role === 'admin')
}

/** The links of the rail. */
export function Navigation() {
  const { me, route } = useApp()
  const { view, query } = route.value
  return (
    <nav class="frame__navigation" aria-label="Views">
      {placesFor(me.value.role).map((place) => (
        <a
          key={place.view}
          class="frame__link"
          href={resolvePath(place.path, query.toString())}
          aria-label={place.label}
          title={place.label}
          aria-current={view === place.view ? 'page' : undefined}
        >
          <Icon name={place.icon} />
        </a>
      ))}
    </nav>
  )
}
