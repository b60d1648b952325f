import { signal, type ReadonlySignal } from '@preact/signals'
import { resolvePath } from './resolve-path.ts'
import { parseRoute, type Route } from './routes.ts'

/** Goes to a path of routes.ts. Keeps the query's filters, unless the path has a query. */
export type Navigate = (path: string, options?: { replace?: boolean }) => void

export interface Router {
  route: ReadonlySignal<Route>
  navigate: Navigate
  close: () => void
}

/** Paths that the server handles. */
const SERVERS = /^\/(api|docs|metrics|healthz|readyz)(\/|$)/

/** Keeps the route of the browser's address, and handles clicks on links within the page. */
export function createRouter(): Router {
  const read = () => parseRoute(location.pathname, location.search)
  const route = signal(read())
  const update = () => (route.value = read())

  function navigate(path: string, { replace = false }: { replace?: boolean } = {}): void {
    const to = resolvePath(path, location.search)
    if (to === location.pathname + location.search) return
    if (replace) history.replaceState(null, '', to)
    else history.pushState(null, '', to)
    update()
  }

  function onClick(event: MouseEvent): void {
    const isPlain = event.button === 0 && !(event.metaKey || event.ctrlKey || event.shiftKey || event.altKey)
    const link = event.target instanceof Element ? event.target.closest('a') : null
    if (!isPlain || event.defaultPrevented || link === null || !link.href) return
    const { origin, pathname, search, hash } = new URL(link.href)
    if (origin !== location.origin || SERVERS.test(pathname)) return
    if (link.hasAttribute('download') || (link.target !== '' && link.target !== '_self')) return
    // A link within the page, such as the skip link.
    if (hash !== '' && pathname === location.pathname) return
    event.preventDefault()
    navigate(pathname + search)
  }

  addEventListener('popstate', update)
  document.addEventListener('click', onClick)
  return {
    route,
    navigate,
    close() {
      removeEventListener('popstate', update)
      document.removeEventListener('click', onClick)
    },
  }
}
