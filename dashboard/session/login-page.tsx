import { LoginForm } from './login-form.tsx'
import type { Session } from './session.ts'
import './login-page.css'

export function LoginPage({ session }: { session: Session }) {
  return (
    <main class="login-page">
      <div class="login-page__card">
        <header class="login-page__head">
          <svg class="login-page__mark" viewBox="0 0 32 32" aria-hidden="true">
            <rect class="login-page__mark-ground" width="32" height="32" rx="7" />
            <path class="login-page__mark-arrow" d="M16 6l8 19l-8-4.5L8 25z" />
          </svg>
          <h1>Fleetwire</h1>
        </header>
        <LoginForm session={session} />
        <details class="login-page__hint">
          <summary>Where is my password?</summary>
          <p>
            The first start prints the administrator's login in the terminal and stores it in{' '}
            <code>secrets.json</code> of the data directory (<code>./data</code> unless <code>DATA_DIR</code>{' '}
            is set). With your own database, the login is <code>ADMIN_EMAIL</code> and{' '}
            <code>ADMIN_PASSWORD</code> as set at the first start.
          </p>
          <p>Other users get a password from an administrator.</p>
        </details>
      </div>
    </main>
  )
}
