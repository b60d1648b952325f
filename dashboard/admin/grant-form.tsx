import { useState } from 'preact/hooks'
import type { Schemas } from '../../client/client.ts'
import { useApp } from '../app-context.ts'
import { Field } from '../ui/field.tsx'
import { AdminForm } from './admin-form.tsx'
import { answerOf } from './answer.ts'
import { KEY_INPUT_PATTERN } from './key-pattern.ts'
import { readProblem } from './problem-fields.ts'
import { useSubmit } from './use-submit.ts'
import { VehicleOptions } from './vehicle-options.tsx'

export interface GrantFormProps {
  users: readonly Schemas['User'][]
  /** the id of the one that is chosen at first */
  user: number | undefined
  onDone: () => void
  onClose: () => void
}

const KINDS = [
  ['group', 'All vehicles of a group'],
  ['vehicle', 'One vehicle'],
] as const

export function GrantForm({ users, user, onDone, onClose }: GrantFormProps) {
  const { api, filter } = useApp()
  const submit = useSubmit()
  // Administrators see everything as it is.
  const choices = users.filter(({ role }) => role === 'user')
  const [chosen, setChosen] = useState(String(user ?? choices[0]?.id ?? ''))
  const [kind, setKind] = useState<'group' | 'vehicle'>('group')
  const [key, setKey] = useState('')
  const { fields: errors, rest } = readProblem(submit.problem, ['user', 'vehicle', 'group'])
  const body = { user: Number(chosen), [kind]: key.trim() }

  return (
    <AdminForm
      action="Grant"
      isBusy={submit.isBusy}
      error={rest}
      onSubmit={() => submit.run(() => answerOf(api.POST('/api/grants', { body })), onDone)}
      onCancel={onClose}
    >
      <Field label="User" error={errors.user}>
        <select required value={chosen} onChange={(event) => setChosen(event.currentTarget.value)}>
          {choices.map(({ id, email }) => (
            <option key={id} value={id}>
              {email}
            </option>
          ))}
        </select>
      </Field>
      <fieldset>
        <legend class="admin-form__legend">May see, without changing</legend>
        {KINDS.map(([value, label]) => (
          <label class="admin-form__choice" key={value}>
            <input type="radio" name="kind" checked={kind === value} onChange={() => setKind(value)} />
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
          onInput={(event) => setKey(event.currentTarget.value)}
        />
      </Field>
      <datalist id="grant-form-groups">
        {filter.groups.value.map((group) => (
          <option key={group} value={group} />
        ))}
      </datalist>
      <VehicleOptions id="grant-form-vehicles" text={key} />
    </AdminForm>
  )
}
