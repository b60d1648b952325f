import { useEffect, useState } from 'preact/hooks'
import type { Schemas } from '../../../client/client.ts'
import { useApp } from '../../app-context.ts'
import { EmptyState } from '../../ui/empty-state.tsx'
import { ErrorState } from '../../ui/error-state.tsx'
import { Loading } from '../../ui/loading.tsx'
import { useRequest } from '../../ui/use-request.ts'
import { CommandForm } from './command-form.tsx'
import { CommandItem } from './command-item.tsx'
import './commands.css'

/** Newest commands shown. A vehicle has at most 100 open ones. */
const COMMANDS_SHOWN = 100
/** Time between two requests, with and without an open command. The API has no feed of commands. */
const OPEN_POLL_MS = 2000
const IDLE_POLL_MS = 15_000

const isOpen = ({ state }: Schemas['Command']) => state === 'queued' || state === 'delivered'

/** The form for a command, and the vehicle's commands, which are refreshed while the tab is open. */
export function CommandsTab({ vehicle }: { vehicle: string }) {
  const { api } = useApp()
  const [newest, setNewest] = useState<Schemas['Command'][]>()
  const list = useRequest(
    (signal) =>
      api.GET('/api/vehicles/{key}/commands', {
        params: { path: { key: vehicle }, query: { limit: COMMANDS_SHOWN } },
        signal,
      }),
    [vehicle],
  )
  useEffect(() => {
    if (list.data) setNewest(list.data.items)
  }, [list.data])

  const items = newest ?? []
  const pollMs = items.some(isOpen) ? OPEN_POLL_MS : IDLE_POLL_MS
  useEffect(() => {
    const timer = setInterval(() => {
      if (document.visibilityState === 'visible') list.reload()
    }, pollMs)
    return () => clearInterval(timer)
  }, [pollMs])

  return (
    <>
      <section class="vehicle-panel__section" aria-labelledby="commands-new">
        <h3 id="commands-new">New command</h3>
        <CommandForm vehicle={vehicle} onSent={() => list.reload()} />
      </section>
      <section class="vehicle-panel__section" aria-labelledby="commands-sent">
        <h3 id="commands-sent">Commands</h3>
        {list.state === 'failed' && <ErrorState problem={list.error} onRetry={() => list.reload()} />}
        {newest === undefined ? (
          list.state === 'loading' && <Loading label="Loading commands" />
        ) : items.length === 0 ? (
          <EmptyState title="No commands sent yet" />
        ) : (
          <ul class="commands">
            {items.map((it) => (
              <CommandItem
                key={it.id}
                vehicle={vehicle}
                command={it}
                isOpen={isOpen(it)}
                onChange={() => list.reload()}
              />
            ))}
          </ul>
        )}
      </section>
    </>
  )
}
