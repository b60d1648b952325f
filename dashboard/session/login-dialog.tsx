import { Button } from '../ui/button.tsx'
import { Dialog } from '../ui/dialog.tsx'
import { LoginForm } from './login-form.tsx'
import type { Session } from './session.ts'
import './login-dialog.css'

/** Asks for a login over a view whose session has ended. The view stays, and its requests continue after the login. */
export function LoginDialog(props: { session: Session; email: string; onLogout: () => void }) {
  const { session, email, onLogout } = props
  return (
    <Dialog title="Your session has ended" onClose={onLogout}>
      <div class="login-dialog">
        <p>
          Log in again as <strong>{email}</strong>. Nothing on this page is lost.
        </p>
        <LoginForm session={session} email={email} />
        <Button onClick={onLogout}>Log out instead</Button>
      </div>
    </Dialog>
  )
}
