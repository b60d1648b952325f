import { useEffect, useState } from 'preact/hooks'
import { Button } from '../ui/button.tsx'
import { Field } from '../ui/field.tsx'
import type { LoginOutcome, Session } from './session.ts'
import './login-form.css'

export interface LoginFormProps {
  session: Session
  /** the only user who may log in */
  email?: string
}

/** Asks for the e-mail address and password. The parent removes the form after the login. */
export function LoginForm({ session, email: only }: LoginFormProps) {
  const [isBusy, setBusy] = useState(false)
  const [outcome, setOutcome] = useState<LoginOutcome>()
  const waitS = useCountdown(outcome)

  async function submit(event: SubmitEvent): Promise<void> {
    event.preventDefault()
    const form = new FormData(event.currentTarget as HTMLFormElement)
    const text = (name: string) => {
      const value = form.get(name)
      return typeof value === 'string' ? value : ''
    }
    setBusy(true)
    const result = await session.login(only ?? text('email').trim(), text('password'), form.has('remember'))
    setBusy(false)
    setOutcome(result)
  }

  return (
    <form class="login-form" onSubmit={(event) => void submit(event)}>
      {only === undefined ? (
        <Field label="E-mail">
          <input
            name="email"
            type="email"
            autocomplete="username"
            required
            maxLength={254}
            autofocus
            spellcheck={false}
          />
        </Field>
      ) : (
        <input
          class="visually-hidden"
          type="email"
          autocomplete="username"
          value={only}
          readOnly
          tabIndex={-1}
          aria-hidden="true"
        />
      )}
      <Field label="Password">
        <input name="password" type="password" autocomplete="current-password" required maxLength={1000} />
      </Field>
      <label class="login-form__remember">
        <input type="checkbox" name="remember" defaultChecked />
        <span>Keep me logged in on this browser</span>
      </label>
      <Button kind="primary" type="submit" disabled={isBusy || waitS > 0}>
        {isBusy ? 'Logging in…' : 'Log in'}
      </Button>
      <p class="login-form__problem" role="alert">
        {isBusy ? '' : describe(outcome, waitS)}
      </p>
    </form>
  )
}

function describe(outcome: LoginOutcome | undefined, waitS: number): string {
  if (outcome === undefined || outcome.outcome === 'in') return ''
  if (outcome.outcome === 'refused') return 'The e-mail address or the password is wrong.'
  if (outcome.outcome === 'away') return `${outcome.reason} Try again in a moment.`
  return waitS > 0 ? `Too many attempts. Try again in ${waitS} s.` : 'You can try again now.'
}

/** Remaining seconds of a lockout. */
function useCountdown(outcome: LoginOutcome | undefined): number {
  const [leftS, setLeftS] = useState(0)
  useEffect(() => {
    if (outcome?.outcome !== 'locked out') {
      setLeftS(0)
      return undefined
    }
    const endMs = performance.now() + outcome.waitS * 1000
    const tick = () => setLeftS(Math.max(0, Math.ceil((endMs - performance.now()) / 1000)))
    tick()
    const timer = setInterval(tick, 500)
    return () => clearInterval(timer)
  }, [outcome])
  return leftS
}
