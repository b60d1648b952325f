import './ui/theme.css'
import './ui/base.css'
import { effect } from '@preact/signals'
import { render } from 'preact'
import { Root } from './root.tsx'
import { createSession } from './session/session.ts'
import { openPreferences } from './stored-preferences.ts'

const preferences = openPreferences(() => localStorage)
const session = createSession({ origin: location.origin, fetch: (request) => fetch(request) })

effect(() => {
  const theme = preferences.theme.value
  if (theme === 'auto') delete document.documentElement.dataset['theme']
  else document.documentElement.dataset['theme'] = theme
})

const root = document.getElementById('app')
if (root) render(<Root session={session} preferences={preferences} />, root)
void session.start()
