import type { Schemas } from '../../../client/client.ts'
import { useApp } from '../../app-context.ts'
import { Dialog } from '../../ui/dialog.tsx'
import { answerOf } from '../forms/answer.ts'
import { ConfirmDialog } from '../forms/confirm-dialog.tsx'
import type { Dialogs } from '../lists/use-dialogs.ts'
import { PasswordForm, UserForm } from './user-form.tsx'

type User = Schemas['User']
export type UserDialog = { what: 'create' } | { what: 'edit' | 'password' | 'delete'; user: User }

/** The open dialog of the users' section. */
export function UserDialogs({ dialogs }: { dialogs: Dialogs<UserDialog> }) {
  const { open, close, onDone } = dialogs
  switch (open?.what) {
    case 'create':
      return (
        <Dialog title="New user" onClose={close}>
          <UserForm user={undefined} onClose={close} onDone={({ email }) => onDone(`${email} was created`)} />
        </Dialog>
      )
    case 'edit':
      return (
        <Dialog title={`Edit ${open.user.email}`} onClose={close}>
          <UserForm user={open.user} onClose={close} onDone={({ email }) => onDone(`${email} was changed`)} />
        </Dialog>
      )
    case 'password':
      return (
        <Dialog title={`New password for ${open.user.email}`} onClose={close}>
          <PasswordForm
            user={open.user}
            onClose={close}
            onDone={({ email }) => onDone(`The password of ${email} was changed`)}
          />
        </Dialog>
      )
    case 'delete':
      return <DeleteUser user={open.user} onDone={onDone} onClose={close} />
    case undefined:
      return null
  }
}

interface DeleteUserProps {
  user: User
  onDone: (message: string) => void
  onClose: () => void
}

function DeleteUser({ user, onDone, onClose }: DeleteUserProps) {
  const { api } = useApp()
  const params = { path: { id: String(user.id) } }
  return (
    <ConfirmDialog
      title={`Delete ${user.email}`}
      action="Delete"
      run={() => answerOf(api.DELETE('/api/users/{id}', { params }))}
      onDone={({ data }) =>
        onDone(`${user.email} was deleted. Device tokens revoked: ${data?.device_tokens_revoked ?? 0}`)
      }
      onClose={onClose}
    >
      <p>Their sessions, tokens and grants are removed. Vehicles and devices they created remain.</p>
    </ConfirmDialog>
  )
}
