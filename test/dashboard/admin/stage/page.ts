import { signal } from '@preact/signals'
import { h, render } from 'preact'
import { createClient, type Schemas } from '../../../../client/client.ts'
import { AdminView } from '../../../../dashboard/admin/admin-view.tsx'
import { AppContext, type App } from '../../../../dashboard/app-context.ts'
import { VehicleTable } from '../../../../dashboard/live/vehicle-table.ts'
import { OverviewView } from '../../../../dashboard/overview/overview-view.tsx'
import { parseRoute } from '../../../../dashboard/routing/routes.ts'
import '../../../../dashboard/ui/base.css'
import '../../../../dashboard/ui/theme.css'

/**
 * The two views alone, with a real API and as much of an app as they use. The token is in the session's storage, where the
 * test puts it before the page is loaded.
 */
const token = sessionStorage.getItem('token') ?? ''
const api = createClient({ url: location.origin, token })
const { data: me } = await api.GET('/api/me')
const table = new VehicleTable()

async function refreshFleet(): Promise<void> {
  const { data } = await api.GET('/api/vehicles', { params: { query: { limit: 1000 } } })
  const vehicles = data?.items ?? []
  table.load(
    vehicles.map(({ key, name, group }, index) => ({
      id: index + 1,
      vehicle: key,
      name,
      group,
      state: 'moving',
    })),
    performance.now(),
  )
}

const route = signal(parseRoute(location.pathname, location.search))
function navigate(path: string): void {
  history.pushState(null, '', path)
  route.value = parseRoute(location.pathname, location.search)
}
addEventListener('click', (event) => {
  const link = event.target instanceof Element ? event.target.closest('a') : null
  if (link === null) return
  event.preventDefault()
  navigate(link.pathname)
})

const notices = document.createElement('output')
document.body.append(notices)
const app: Partial<App> = {
  me: signal(me as Schemas['User']),
  api,
  table,
  filter: { groups: signal(['north', 'south']), change: () => {} } as Partial<App['filter']> as App['filter'],
  route,
  navigate,
  preferences: { theme: signal('auto'), units: signal('metric'), locale: signal('en') },
  notify: (text) => void (notices.textContent = text),
  refreshFleet: () => void refreshFleet(),
}

function Stage() {
  const { view } = route.value
  return view === 'overview' ? h(OverviewView, {}) : h(AdminView, {})
}

await refreshFleet()
const root = document.getElementById('app')
if (root) render(h(AppContext.Provider, { value: app as App, children: h(Stage, {}) }), root)
