import { useEffect } from 'preact/hooks'
import { lazyView } from './lazy-view.tsx'
import type { Preferences } from './preferences.ts'
import { LoginPage } from './session/login-page.tsx'
import type { Session } from './session/session.ts'
import { Button } from './ui/button.tsx'
import { EmptyState } from './ui/empty-state.tsx'
import { Loading } from './ui/loading.tsx'

const RETRY_MS = 3000

/** Everything that is not needed to log in is loaded after the login. */
const App = lazyView<{ session: Session; preferences: Preferences }>('Loading the dashboard', async () =>
  import('./app.tsx').then((it) => it.App),
)

export function Root({ session, preferences }: { session: Session; preferences: Preferences }) {
  const state = session.state.value

  useEffect(() => {
    if (state !== 'away') return undefined
    const timer = setTimeout(() => void session.start(), RETRY_MS)
    return () => clearTimeout(timer)
  }, [state])

  if (state === 'in' || state === 'over') return <App session={session} preferences={preferences} />
  if (state === 'out') return <LoginPage session={session} />
  if (state === 'starting') return <Loading label="Fleetwire" />
  return (
    <EmptyState title="The server is not responding">
      <p>Retrying every few seconds.</p>
      <Button onClick={() => void session.start()}>Retry now</Button>
    </EmptyState>
  )
}
