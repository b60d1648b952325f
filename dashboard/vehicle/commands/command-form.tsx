import { useEffect, useRef, useState } from 'preact/hooks'
import type { Problem } from '../../../client/client.ts'
import { useApp } from '../../app-context.ts'
import { Button } from '../../ui/button.tsx'
import { ErrorState } from '../../ui/error-state.tsx'
import { Field } from '../../ui/field.tsx'
import { faultsOf, readDraft, type CommandDraft, type DraftFaults } from './command-draft.ts'

const EMPTY: CommandDraft = { name: '', params: '{}', lifetime: '3600' }

/** Sends a command. A second try of the same after a lost answer has the same key and is done once. */
export function CommandForm({ vehicle, onSent }: { vehicle: string; onSent: () => void }) {
  const app = useApp()
  const { api } = app
  const [draft, setDraft] = useState(EMPTY)
  const [faults, setFaults] = useState<DraftFaults>({})
  /** null: there was no answer */
  const [problem, setProblem] = useState<Problem | null>()
  const [isBusy, setBusy] = useState(false)
  const key = useRef(createIdempotencyKey())
  const controller = useRef(new AbortController())
  useEffect(() => () => controller.current.abort(), [])

  function change(part: Partial<CommandDraft>): void {
    setDraft({ ...draft, ...part })
    setFaults({})
    setProblem(undefined)
    // It is another command now.
    key.current = createIdempotencyKey()
  }

  async function send(): Promise<void> {
    const read = readDraft(draft)
    if ('faults' in read) {
      setFaults(read.faults)
      return
    }
    const { signal } = controller.current
    setBusy(true)
    setProblem(undefined)
    try {
      const { data, error } = await api.POST('/api/vehicles/{key}/commands', {
        params: { path: { key: vehicle }, header: { 'Idempotency-Key': key.current } },
        body: { ...read.command, params: read.command.params as Record<string, never> },
        signal,
      })
      if (signal.aborted) return
      if (error) {
        setFaults(faultsOf(error))
        setProblem(error)
        return
      }
      app.notify(`Command ${data.id} sent`)
      setDraft({ ...draft, name: '', params: '{}' })
      key.current = createIdempotencyKey()
      onSent()
    } catch {
      if (!signal.aborted) setProblem(null)
    } finally {
      if (!signal.aborted) setBusy(false)
    }
  }

  const isShownAtFields = Object.keys(faults).length > 0
  return (
    <form
      class="command-form"
      noValidate
      onSubmit={(event) => {
        event.preventDefault()
        void send()
      }}
    >
      <Field label="Name" error={faults.name}>
        <input
          name="command"
          autocomplete="off"
          spellcheck={false}
          placeholder="lock"
          value={draft.name}
          onInput={(event) => change({ name: event.currentTarget.value })}
        />
      </Field>
      <Field label="Parameters, JSON" error={faults.params}>
        <textarea
          rows={3}
          spellcheck={false}
          value={draft.params}
          onInput={(event) => change({ params: event.currentTarget.value })}
        />
      </Field>
      <Field
        label="Lifetime, seconds"
        hint="Expires if no device has answered by then"
        error={faults.lifetime}
      >
        <input
          type="number"
          min={1}
          value={draft.lifetime}
          onInput={(event) => change({ lifetime: event.currentTarget.value })}
        />
      </Field>
      {problem !== undefined && !isShownAtFields && <ErrorState problem={problem ?? undefined} />}
      <div>
        <Button kind="primary" type="submit" disabled={isBusy}>
          Send
        </Button>
      </div>
    </form>
  )
}

/** 128 random bits. `crypto.randomUUID` is not there on a page that came over plain HTTP. */
function createIdempotencyKey(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16))
  return Array.from(bytes, (it) => it.toString(16).padStart(2, '0')).join('')
}
