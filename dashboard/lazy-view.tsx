import type { ComponentType } from 'preact'
import { useEffect, useState } from 'preact/hooks'
import { Button } from './ui/button.tsx'
import { EmptyState } from './ui/empty-state.tsx'
import { Loading } from './ui/loading.tsx'

/**
 * A component whose code is loaded when it is first shown. If the code cannot be loaded, a new version has usually replaced it,
 * and the page must be reloaded.
 */
export function lazyView<P extends object>(
  label: string,
  load: () => Promise<ComponentType<P>>,
): ComponentType<P> {
  let loaded: ComponentType<P> | undefined
  return function LazyView(props: P) {
    const [View, setView] = useState(() => loaded)
    const [hasFailed, setFailed] = useState(false)

    useEffect(() => {
      if (View !== undefined) return
      load().then(
        (it) => {
          loaded = it
          setView(() => it)
        },
        () => setFailed(true),
      )
    }, [])

    if (View !== undefined) return <View {...props} />
    if (!hasFailed) return <Loading label={label} />
    return (
      <EmptyState title="This part of the page could not be loaded">
        <p>There may be a new version, or the server cannot be reached.</p>
        <Button onClick={() => location.reload()}>Reload the page</Button>
      </EmptyState>
    )
  }
}
