import { useEffect, useMemo, useState } from 'preact/hooks'
import { createClient } from '../client/client.ts'
import { AppContext, useApp } from './app-context.ts'
import { Frame } from './frame/frame.tsx'
import { MapLayout } from './frame/map-layout.tsx'
import { NoticeList } from './frame/notice-list.tsx'
import { lazyView } from './lazy-view.tsx'
import { openApp, type AppOptions } from './open-app.ts'
import type { Preferences } from './preferences.ts'
import { LoginDialog } from './session/login-dialog.tsx'
import { LoginPage } from './session/login-page.tsx'
import { SessionContext } from './session/session-context.ts'
import type { Session } from './session/session.ts'
import { EmptyState } from './ui/empty-state.tsx'
import { ErrorState } from './ui/error-state.tsx'
import { Loading } from './ui/loading.tsx'
import { useRequest } from './ui/use-request.ts'

const OverviewView = lazyView('Loading the overview', async () =>
  import('./overview/overview-view.tsx').then((it) => it.OverviewView),
)
const AdminView = lazyView('Loading the administration', async () =>
  import('./admin/admin-view.tsx').then((it) => it.AdminView),
)
const SettingsView = lazyView('Loading the settings', async () =>
  import('./settings/settings-view.tsx').then((it) => it.SettingsView),
)

/** The page after the login. */
export function App({ session, preferences }: { session: Session; preferences: Preferences }) {
  const api = useMemo(() => createClient({ url: location.origin, fetch: session.fetch }), [session])
  const start = useRequest(async (signal) => {
    const [me, config] = await Promise.all([
      api.GET('/api/me', { signal }),
      api.GET('/api/dashboard-config', { signal }),
    ])
    const error = me.error ?? config.error
    if (error) return { error }
    return { data: me.data && config.data && { me: me.data, config: config.data } }
  }, [])

  if (start.data) return <OpenedApp session={session} preferences={preferences} api={api} {...start.data} />
  if (session.state.value === 'over') return <LoginPage session={session} />
  if (start.state === 'failed') return <ErrorState problem={start.error} onRetry={start.reload} />
  return <Loading label="Loading the dashboard" />
}

function OpenedApp(options: AppOptions) {
  const { session } = options
  const [{ app, notices, fleet, close }] = useState(() => openApp(options))
  useEffect(() => close, [])

  return (
    <SessionContext.Provider value={session}>
      <AppContext.Provider value={app}>
        <Frame onRetry={fleet.retryNow}>
          <View />
        </Frame>
        <NoticeList notices={notices} />
        {session.state.value === 'over' && (
          <LoginDialog session={session} email={app.me.value.email} onLogout={app.logout} />
        )}
      </AppContext.Provider>
    </SessionContext.Provider>
  )
}

function View() {
  const { route } = useApp()
  const { view } = route.value
  if (view === 'map') return <MapLayout />
  return (
    <div class="frame__page">
      {view === 'overview' && <OverviewView />}
      {view === 'settings' && <SettingsView />}
      {view === 'admin' && <AdminView />}
      {view === 'missing' && (
        <EmptyState title="Nothing at this address">
          <h1 class="visually-hidden">Not found</h1>
          <p>
            The address is wrong or belongs to another version. <a href="/">Go to the map</a>
          </p>
        </EmptyState>
      )}
    </div>
  )
}
