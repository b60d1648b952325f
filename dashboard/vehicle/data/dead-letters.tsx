import { useState } from 'preact/hooks'
import { useApp } from '../../app-context.ts'
import { Button } from '../../ui/button.tsx'
import { ErrorState } from '../../ui/error-state.tsx'
import { Loading } from '../../ui/loading.tsx'
import { useRequest } from '../../ui/use-request.ts'
import { DeadLetterItem } from './dead-letter-item.tsx'
import './dead-letters.css'

const PAGE_LETTERS = 20

export interface DeadLettersProps {
  vehicle: string
  /** milliseconds since 1970; without them, all stored dead letters */
  fromMs?: number
  toMs?: number
  /** called after a replay or deletion */
  onChange?: () => void
}

/** The vehicle's dead letters with their reasons, newest first. */
export function DeadLetters(props: DeadLettersProps) {
  return <Pages key={`${props.fromMs} ${props.toMs}`} {...props} />
}

function Pages({ vehicle, fromMs, toMs, onChange }: DeadLettersProps) {
  const { api } = useApp()
  /** cursors of the pages from the second to the current one */
  const [cursors, setCursors] = useState<string[]>([])
  const cursor = cursors.at(-1)
  const page = useRequest(
    (signal) =>
      api.GET('/api/dead-letters', {
        params: {
          query: {
            vehicle,
            limit: PAGE_LETTERS,
            ...(fromMs !== undefined && { from: new Date(fromMs).toISOString() }),
            ...(toMs !== undefined && { to: new Date(toMs).toISOString() }),
            ...(cursor !== undefined && { cursor }),
          },
        },
        signal,
      }),
    [vehicle, fromMs, toMs, cursor],
  )
  if (page.state === 'failed') return <ErrorState problem={page.error} onRetry={() => page.reload()} />
  if (page.data === undefined) return <Loading label="Loading rejected messages" />
  const { items, next_cursor: next } = page.data
  if (items.length === 0 && cursors.length === 0)
    return (
      <p class="vehicle-panel__note">No messages were rejected{fromMs !== undefined && ' on this day'}.</p>
    )

  function changed(): void {
    page.reload()
    onChange?.()
  }
  return (
    <>
      <ul class="dead-letters">
        {items.map((it) => (
          <DeadLetterItem key={it.id} letter={it} onChange={changed} />
        ))}
      </ul>
      {(cursors.length > 0 || next !== null) && (
        <div class="vehicle-panel__tools">
          <Button disabled={cursors.length === 0} onClick={() => setCursors(cursors.slice(0, -1))}>
            Newer
          </Button>
          <Button disabled={next === null} onClick={() => next !== null && setCursors([...cursors, next])}>
            Older
          </Button>
        </div>
      )}
    </>
  )
}
