import { useState } from 'preact/hooks'
import type { Schemas } from '../../../client/client.ts'
import { useApp } from '../../app-context.ts'
import { formatDateTime } from '../../format/format-time.ts'
import { Button } from '../../ui/button.tsx'
import { useUnmountSignal } from '../../ui/use-unmount-signal.ts'

type Command = Schemas['Command']

const STATES: Record<Command['state'], string> = {
  queued: 'Waiting for the device',
  delivered: 'Delivered, no answer yet',
  acknowledged: 'Done',
  failed: 'Failed',
  expired: 'Expired',
  cancelled: 'Cancelled',
}

export interface CommandItemProps {
  vehicle: string
  command: Command
  isOpen: boolean
  onChange: () => void
}

/** A command with its times and answer. Only a queued command can be cancelled. */
export function CommandItem({ vehicle, command, isOpen, onChange }: CommandItemProps) {
  const app = useApp()
  const { api, preferences } = app
  const [isBusy, setBusy] = useState(false)
  const signal = useUnmountSignal()
  const { id, name, params, state, result, device } = command
  const time = (text: string) => formatDateTime(Date.parse(text), preferences.locale.value)

  async function cancel(): Promise<void> {
    setBusy(true)
    try {
      const path = { key: vehicle, id: String(id) }
      const { error } = await api.DELETE('/api/vehicles/{key}/commands/{id}', { params: { path }, signal })
      if (signal.aborted) return
      if (error) app.notify(`${error.title}: ${error.detail}`, 'error')
      onChange()
    } catch {
      if (!signal.aborted) app.notify('The server cannot be reached', 'error')
    } finally {
      if (!signal.aborted) setBusy(false)
    }
  }

  return (
    <li class="commands__item">
      <p class="commands__head">
        <strong>{name}</strong>
        <span class={`commands__state commands__state--${state}`}>{STATES[state]}</span>
        {state === 'queued' && (
          <Button disabled={isBusy} onClick={() => void cancel()}>
            Cancel<span class="visually-hidden"> command {id}</span>
          </Button>
        )}
      </p>
      {Object.keys(params).length > 0 && <code class="commands__json">{JSON.stringify(params)}</code>}
      <dl class="commands__times">
        <dt>Sent</dt>
        <dd>{time(command.created_at)}</dd>
        {command.delivered_at !== null && (
          <>
            <dt>Delivered</dt>
            <dd>
              {time(command.delivered_at)}
              {device !== null && ` to ${device}`}
            </dd>
          </>
        )}
        {command.settled_at !== null && (
          <>
            <dt>{state === 'cancelled' ? 'Cancelled' : 'Answered'}</dt>
            <dd>{time(command.settled_at)}</dd>
          </>
        )}
        {(isOpen || state === 'expired') && (
          <>
            <dt>{isOpen ? 'Expires' : 'Expired'}</dt>
            <dd>{time(command.expires_at)}</dd>
          </>
        )}
      </dl>
      {result != null && <code class="commands__json">{JSON.stringify(result)}</code>}
    </li>
  )
}
