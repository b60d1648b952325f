import { useState } from 'preact/hooks'
import type { Schemas } from '../../../client/client.ts'
import { useApp } from '../../app-context.ts'
import { Field } from '../../ui/field.tsx'
import { AdminForm } from '../forms/admin-form.tsx'
import { answerOf } from '../forms/answer.ts'
import { readProblem } from '../forms/problem-fields.ts'
import { useSubmit } from '../forms/use-submit.ts'

export interface GroupFormProps {
  group: Schemas['Group']
  users: readonly Schemas['User'][]
  onDone: () => void
  onClose: () => void
}

/** Changes the owner of a group. */
export function GroupForm({ group, users, onDone, onClose }: GroupFormProps) {
  const { api } = useApp()
  const submit = useSubmit()
  const [owner, setOwner] = useState(String(group.owner ?? ''))
  const { fields: errors, rest } = readProblem(submit.problem, ['owner'])
  const isListed = group.owner === null || users.some(({ id }) => id === group.owner)
  const params = { path: { key: group.key } }
  const body = { owner: owner === '' ? null : Number(owner) }

  return (
    <AdminForm
      action="Save"
      isBusy={submit.isBusy}
      error={rest}
      onSubmit={() => submit.run(() => answerOf(api.PATCH('/api/groups/{key}', { params, body })), onDone)}
      onCancel={onClose}
    >
      <Field
        label="Owner"
        hint="The owner and administrators can add vehicles to the group. Vehicles that are already in it stay."
        error={errors.owner}
      >
        <select name="owner" value={owner} onChange={(event) => setOwner(event.currentTarget.value)}>
          <option value="">Administrators only</option>
          {!isListed && <option value={String(group.owner)}>user {group.owner}</option>}
          {users.map(({ id, email }) => (
            <option key={id} value={id}>
              {email}
            </option>
          ))}
        </select>
      </Field>
    </AdminForm>
  )
}
