import { useState } from 'preact/hooks'
import { useApp } from '../app-context.ts'
import { resolvePath } from '../routing/resolve-path.ts'
import { Dialog } from '../ui/dialog.tsx'
import { Icon } from '../ui/icon.tsx'
import { LiveIndicator } from './live-indicator.tsx'
import { PLACES } from './navigation.tsx'
import './bottom-bar.css'

/** The query parameter that shows the list instead of the map on a small screen. */
export const LIST_SHEET = 'list'

/** The navigation on a phone, in place of the rail. */
export function BottomBar() {
  const { route, me, logout, navigate } = useApp()
  const [isMoreOpen, setMoreOpen] = useState(false)
  const { view, query } = route.value
  const search = query.toString()
  const isList = view === 'map' && query.has(LIST_SHEET)
  const toMap = resolvePath('/', search)
  const toList = `${toMap}${toMap.includes('?') ? '&' : '?'}${LIST_SHEET}=1`
  const current = (is: boolean) => (is ? 'page' : undefined)

  return (
    <nav class="bottom-bar" aria-label="Views">
      <a class="bottom-bar__item" href={toMap} aria-current={current(view === 'map' && !isList)}>
        <Icon name="map" /> Map
      </a>
      <a class="bottom-bar__item" href={toList} aria-current={current(isList)}>
        <Icon name="list" /> List
      </a>
      <a
        class="bottom-bar__item"
        href={resolvePath('/overview', search)}
        aria-current={current(view === 'overview')}
      >
        <Icon name="gauge" /> Overview
      </a>
      <button
        type="button"
        class="bottom-bar__item"
        aria-haspopup="dialog"
        aria-current={current(view === 'admin' || view === 'settings')}
        onClick={() => setMoreOpen(true)}
      >
        <Icon name="menu" /> More
      </button>
      {isMoreOpen && (
        <Dialog title={me.value.name || me.value.email} onClose={() => setMoreOpen(false)}>
          <div class="bottom-bar__more">
            <LiveIndicator />
            {PLACES.filter((it) => it.view === 'admin' || it.view === 'settings').map(
              ({ path, label, icon }) => (
                <button
                  key={path}
                  type="button"
                  class="bottom-bar__place"
                  onClick={() => {
                    setMoreOpen(false)
                    navigate(path)
                  }}
                >
                  <Icon name={icon} /> {label}
                </button>
              ),
            )}
            <button type="button" class="bottom-bar__place" onClick={logout}>
              <Icon name="logout" /> Log out
            </button>
          </div>
        </Dialog>
      )}
    </nav>
  )
}
