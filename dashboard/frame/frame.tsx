import type { ComponentChildren } from 'preact'
import { useEffect, useRef } from 'preact/hooks'
import { useApp } from '../app-context.ts'
import type { Route } from '../routing/routes.ts'
import { BottomBar } from './bottom-bar.tsx'
import { LiveIndicator, LiveTrouble } from './live-indicator.tsx'
import { Navigation } from './navigation.tsx'
import { UserMenu } from './user-menu.tsx'
import './frame.css'

const TITLES: Record<Route['view'], string> = {
  map: 'Map',
  overview: 'Overview',
  admin: 'Administration',
  settings: 'Settings',
  missing: 'Not found',
}

/** The frame around every view. */
export function Frame({ onRetry, children }: { onRetry: () => void; children: ComponentChildren }) {
  const { route } = useApp()
  const main = useRef<HTMLElement>(null)
  const isFirst = useRef(true)
  const { view } = route.value
  const vehicle = route.value.view === 'map' ? route.value.vehicle : undefined

  useEffect(() => {
    document.title = `${vehicle ?? TITLES[view]} · Fleetwire`
  }, [view, vehicle])

  // For screen readers, another view is another page. The browser focuses the first one.
  useEffect(() => {
    if (!isFirst.current) main.current?.focus()
    isFirst.current = false
  }, [view])

  return (
    <div class="frame">
      <a class="frame__skip" href="#main">
        Skip to the content
      </a>
      <header class="frame__rail">
        <svg class="frame__mark" viewBox="0 0 32 32" role="img" aria-label="Fleetwire">
          <path d="M16 5l9 21l-9-5l-9 5z" fill="currentColor" />
        </svg>
        <Navigation />
        <div class="frame__foot">
          <LiveIndicator />
          <UserMenu />
        </div>
      </header>
      <main class="frame__main" id="main" tabIndex={-1} ref={main}>
        <LiveTrouble onRetry={onRetry} />
        {children}
      </main>
      <BottomBar />
    </div>
  )
}
