import { useState } from 'preact/hooks'
import type { Problem } from '../../client/client.ts'
import { useApp } from '../app-context.ts'
import { retryAfterS } from '../session/retry-after.ts'
import { Button } from '../ui/button.tsx'
import { Field } from '../ui/field.tsx'
import { useSession } from '../session/session-context.ts'

/** Limits of the API. */
const LENGTH_MIN = 10
const LENGTH_MAX = 1000

type Errors = Partial<Record<'current' | 'password' | 'again', string>>

export function PasswordForm() {
  const { api, me, notify } = useApp()
  const session = useSession()
  const [errors, setErrors] = useState<Errors>({})
  const [isBusy, setBusy] = useState(false)

  async function change(form: HTMLFormElement): Promise<Errors> {
    const values = Object.fromEntries(new FormData(form)) as Record<string, string>
    const { current = '', password = '', again = '' } = values
    if (password.length < LENGTH_MIN) return { password: `Use at least ${LENGTH_MIN} characters.` }
    if (password !== again) return { again: 'The passwords do not match.' }
    const { error, response } = await api.PUT('/api/me/password', { body: { current, password } })
    if (response.status === 429)
      return { current: `Too many attempts. Try again in ${retryAfterS(response)} s.` }
    if (error) return toErrors(error)
    // All tokens have ended, also that of this page.
    const { outcome } = await session.login(me.value.email, password, true)
    form.reset()
    notify(
      outcome === 'in' ? 'Your password was changed.' : 'Your password was changed. Log in with the new one.',
    )
    return {}
  }

  async function submit(event: SubmitEvent): Promise<void> {
    event.preventDefault()
    const form = event.currentTarget as HTMLFormElement
    setBusy(true)
    setErrors(await change(form).catch(() => ({ current: 'The server cannot be reached.' })))
    setBusy(false)
  }

  return (
    <form class="settings-view__form" onSubmit={(event) => void submit(event)}>
      <input
        class="visually-hidden"
        type="email"
        autocomplete="username"
        value={me.value.email}
        readOnly
        tabIndex={-1}
        aria-hidden="true"
      />
      <Field label="Current password" error={errors.current}>
        <input
          name="current"
          type="password"
          autocomplete="current-password"
          required
          maxLength={LENGTH_MAX}
        />
      </Field>
      <Field label="New password" hint={`At least ${LENGTH_MIN} characters.`} error={errors.password}>
        <input name="password" type="password" autocomplete="new-password" required maxLength={LENGTH_MAX} />
      </Field>
      <Field label="New password again" error={errors.again}>
        <input name="again" type="password" autocomplete="new-password" required maxLength={LENGTH_MAX} />
      </Field>
      <Button kind="primary" type="submit" disabled={isBusy}>
        Change password
      </Button>
    </form>
  )
}

function toErrors({ errors = [], detail }: Problem): Errors {
  const of = (pointer: string) => errors.find((it) => it.pointer === pointer)
  if (of('/current')) return { current: 'This is not your current password.' }
  const bad = of('/password')
  return bad ? { password: `The password ${bad.detail}.` } : { current: detail }
}
