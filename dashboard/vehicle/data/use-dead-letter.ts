import { useState } from 'preact/hooks'
import { useApp } from '../../app-context.ts'
import { useUnmountSignal } from '../../ui/use-unmount-signal.ts'

/** What an administrator can do with a dead letter, one thing at a time. */
export interface DeadLetterActions {
  isBusy: boolean
  replay: () => Promise<void>
  remove: () => Promise<void>
}

/** `onChange` is called after each attempt, also a refused one. Refusals are shown as notices. */
export function useDeadLetter(id: number, onChange: () => void): DeadLetterActions {
  const { api, notify } = useApp()
  const [isBusy, setBusy] = useState(false)
  const signal = useUnmountSignal()
  const path = { id: String(id) }

  /** `request` returns why it was refused; an empty text if it was not. */
  async function act(request: () => Promise<string>): Promise<void> {
    setBusy(true)
    try {
      const refusal = await request()
      if (refusal !== '') notify(refusal, 'error')
      if (!signal.aborted) onChange()
    } catch {
      if (!signal.aborted) notify('The server cannot be reached', 'error')
    } finally {
      if (!signal.aborted) setBusy(false)
    }
  }

  async function replay(): Promise<string> {
    const { data, error } = await api.POST('/api/dead-letters/{id}/replay', { params: { path }, signal })
    if (error) return `${error.title}: ${error.detail}`
    const [kept] = data.kept
    if (kept !== undefined) return `Rejected again: ${kept.errors.map(({ detail }) => detail).join('; ')}`
    notify(`Stored: ${data.stored} new, ${data.duplicates} already stored`)
    return ''
  }

  async function remove(): Promise<string> {
    const { error } = await api.DELETE('/api/dead-letters/{id}', { params: { path }, signal })
    return error ? `${error.title}: ${error.detail}` : ''
  }

  return { isBusy, replay: () => act(replay), remove: () => act(remove) }
}
