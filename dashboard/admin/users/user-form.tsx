import { useState } from 'preact/hooks'
import type { Schemas } from '../../../client/client.ts'
import { useApp } from '../../app-context.ts'
import { Field } from '../../ui/field.tsx'
import { AdminForm } from '../forms/admin-form.tsx'
import { answerOf } from '../forms/answer.ts'
import { PasswordField } from './password-field.tsx'
import { patchBetween } from '../forms/patch-between.ts'
import { readProblem } from '../forms/problem-fields.ts'
import { useSubmit } from '../forms/use-submit.ts'

type User = Schemas['User']

export interface UserFormProps {
  /** `undefined` for a new user */
  user: User | undefined
  onDone: (user: User) => void
  onClose: () => void
}

const NAMES = ['email', 'name', 'role', 'password'] as const
const ROLES = [
  ['user', 'User: own and granted vehicles'],
  ['admin', 'Administrator: everything'],
] as const

export function UserForm({ user, onDone, onClose }: UserFormProps) {
  const { api } = useApp()
  const submit = useSubmit()
  const [email, setEmail] = useState(user?.email ?? '')
  const [name, setName] = useState(user?.name ?? '')
  const [role, setRole] = useState<User['role']>(user?.role ?? 'user')
  const [password, setPassword] = useState('')
  const { fields: errors, rest } = readProblem(submit.problem, NAMES)

  async function send() {
    const fields = { email: email.trim(), name: name.trim(), role }
    if (user === undefined) return answerOf(api.POST('/api/users', { body: { ...fields, password } }))
    const before = { email: user.email, name: user.name, role: user.role }
    const body = patchBetween(before, fields)
    if (body === undefined) return { data: user }
    const params = { path: { id: String(user.id) } }
    return answerOf(api.PATCH('/api/users/{id}', { params, body }))
  }

  return (
    <AdminForm
      action={user ? 'Save' : 'Create'}
      isBusy={submit.isBusy}
      error={rest}
      onSubmit={() => submit.save(send, onDone)}
      onCancel={onClose}
    >
      <Field label="E-mail address" error={errors.email}>
        <input
          type="email"
          name="email"
          required
          maxLength={254}
          autocomplete="off"
          value={email}
          onInput={(event) => setEmail(event.currentTarget.value)}
        />
      </Field>
      <Field label="Name" error={errors.name}>
        <input
          name="name"
          maxLength={200}
          autocomplete="off"
          value={name}
          onInput={(event) => setName(event.currentTarget.value)}
        />
      </Field>
      <Field
        label="Role"
        hint={user && 'Changing the role ends all sessions and tokens of this user; they must log in again.'}
        error={errors.role}
      >
        <select
          name="role"
          value={role}
          onChange={(event) => setRole(event.currentTarget.value === 'admin' ? 'admin' : 'user')}
        >
          {ROLES.map(([value, label]) => (
            <option key={value} value={value}>
              {label}
            </option>
          ))}
        </select>
      </Field>
      {user === undefined && (
        <PasswordField value={password} error={errors.password} onChange={setPassword} />
      )}
    </AdminForm>
  )
}

/** Sets a new password for a user who has lost the old one. */
export function PasswordForm({ user, onDone, onClose }: UserFormProps & { user: User }) {
  const { api } = useApp()
  const submit = useSubmit()
  const [password, setPassword] = useState('')
  const { fields: errors, rest } = readProblem(submit.problem, ['password'])
  const params = { path: { id: String(user.id) } }
  return (
    <AdminForm
      action="Set the password"
      isBusy={submit.isBusy}
      error={rest}
      onSubmit={() =>
        submit.save(() => answerOf(api.PATCH('/api/users/{id}', { params, body: { password } })), onDone)
      }
      onCancel={onClose}
    >
      <PasswordField value={password} error={errors.password} onChange={setPassword} />
      <p class="admin-form__note">All sessions and tokens of {user.email} end.</p>
    </AdminForm>
  )
}
