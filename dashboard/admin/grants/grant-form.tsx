import { useState } from 'preact/hooks'
import type { Schemas } from '../../../client/client.ts'
import { useApp } from '../../app-context.ts'
import { Field } from '../../ui/field.tsx'
import { localTimeOf } from '../../vehicle/days/day.ts'
import { AdminForm } from '../forms/admin-form.tsx'
import { answerOf } from '../forms/answer.ts'
import { GroupOptions } from '../forms/group-options.tsx'
import { KEY_INPUT_PATTERN } from '../forms/key-pattern.ts'
import { readProblem } from '../forms/problem-fields.ts'
import { useSubmit } from '../forms/use-submit.ts'
import { VehicleOptions } from '../forms/vehicle-options.tsx'

type User = Schemas['User']

export interface GrantFormProps {
  users: readonly User[]
  /** the id of the user that is chosen at first */
  user?: number | undefined
  /** the grant whose start is changed; `undefined` for a new grant */
  grant?: Schemas['Grant']
  onDone: () => void
  onClose: () => void
}

/** Adds a grant, or changes from when on it shows history. */
export function GrantForm({ users, user, grant, onDone, onClose }: GrantFormProps) {
  const { api } = useApp()
  const submit = useSubmit()
  // Administrators see everything without a grant.
  const choices = users.filter(({ role }) => role === 'user')
  const [choice, setChoice] = useState<Choice>(() => ({
    user: String(user ?? choices[0]?.id ?? ''),
    kind: 'group',
    key: '',
  }))
  const before = grant?.history_from ?? null
  const shown = before === null ? '' : localTimeOf(Date.parse(before))
  const [from, setFrom] = useState(shown)
  const { fields: errors, rest } = readProblem(submit.problem, ['user', 'vehicle', 'group', 'history_from'])

  function send() {
    // The input has no seconds, so an unchanged time keeps those it had.
    const history_from = from === shown ? before : from === '' ? null : new Date(from).toISOString()
    if (grant === undefined) {
      const body = { user: Number(choice.user), [choice.kind]: choice.key.trim(), history_from }
      return answerOf(api.POST('/api/grants', { body }))
    }
    const params = { path: { id: String(grant.id) } }
    return answerOf(api.PATCH('/api/grants/{id}', { params, body: { history_from } }))
  }

  return (
    <AdminForm
      action={grant ? 'Save' : 'Grant'}
      isBusy={submit.isBusy}
      error={rest}
      onSubmit={() => submit.run<unknown>(send, onDone)}
      onCancel={onClose}
    >
      {grant === undefined && (
        <ChoiceInputs choice={choice} users={choices} errors={errors} onChange={setChoice} />
      )}
      <Field
        label="History from"
        hint="Hides everything before this time. Leave empty to show the whole history."
        error={errors.history_from}
      >
        <input type="datetime-local" value={from} onInput={(event) => setFrom(event.currentTarget.value)} />
      </Field>
    </AdminForm>
  )
}

const KINDS = [
  ['group', 'All vehicles of a group'],
  ['vehicle', 'One vehicle'],
] as const

/** Who is granted what: the id of a user, and the key of a group or vehicle. */
interface Choice {
  user: string
  kind: 'group' | 'vehicle'
  key: string
}

interface ChoiceInputsProps {
  choice: Choice
  users: readonly User[]
  errors: { [K in 'user' | 'group' | 'vehicle']?: string | undefined }
  onChange: (choice: Choice) => void
}

function ChoiceInputs({ choice, users, errors, onChange }: ChoiceInputsProps) {
  const { user, kind, key } = choice
  return (
    <>
      <Field label="User" error={errors.user}>
        <select
          required
          value={user}
          onChange={(event) => onChange({ ...choice, user: event.currentTarget.value })}
        >
          {users.map(({ id, email }) => (
            <option key={id} value={id}>
              {email}
            </option>
          ))}
        </select>
      </Field>
      <fieldset>
        <legend class="admin-form__legend">Read-only access to</legend>
        {KINDS.map(([value, label]) => (
          <label class="admin-form__choice" key={value}>
            <input
              type="radio"
              name="kind"
              checked={kind === value}
              onChange={() => onChange({ ...choice, kind: value })}
            />
            {label}
          </label>
        ))}
      </fieldset>
      <Field label={kind === 'group' ? 'Group' : 'Vehicle'} error={errors[kind]}>
        <input
          required
          pattern={KEY_INPUT_PATTERN}
          list={`grant-form-${kind}s`}
          autocomplete="off"
          value={key}
          onInput={(event) => onChange({ ...choice, key: event.currentTarget.value })}
        />
      </Field>
      <GroupOptions id="grant-form-groups" />
      <VehicleOptions id="grant-form-vehicles" text={key} />
    </>
  )
}
