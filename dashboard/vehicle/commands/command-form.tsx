import { Button } from '../../ui/button.tsx'
import { ErrorState } from '../../ui/error-state.tsx'
import { Field } from '../../ui/field.tsx'
import { useCommandDraft } from './use-command-draft.ts'

/** Edits and sends a command. */
export function CommandForm({ vehicle, onSent }: { vehicle: string; onSent: () => void }) {
  const { draft, faults, problem, isBusy, change, send } = useCommandDraft(vehicle, onSent)
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
        hint="The command expires if no device has answered by then."
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
