import type { Schemas } from '../../../client/client.ts'
import { useApp } from '../../app-context.ts'
import { Dialog } from '../../ui/dialog.tsx'
import { answerOf } from '../forms/answer.ts'
import { ConfirmDialog } from '../forms/confirm-dialog.tsx'
import type { Dialogs } from '../lists/use-dialogs.ts'
import { GrantForm } from './grant-form.tsx'
import { grantedName, userName } from './grant-names.ts'

type Grant = Schemas['Grant']
export type GrantDialog = { what: 'create' } | { what: 'edit' | 'delete'; grant: Grant }

export interface GrantDialogsProps {
  dialogs: Dialogs<GrantDialog>
  users: readonly Schemas['User'][]
  /** the id of the user that a new grant is for */
  user: number | undefined
}

/** The open dialog of the grants' section. */
export function GrantDialogs({ dialogs: { open, close, onDone }, users, user }: GrantDialogsProps) {
  switch (open?.what) {
    case 'create':
      return (
        <Dialog title="New grant" onClose={close}>
          <GrantForm users={users} user={user} onClose={close} onDone={() => onDone('Grant created')} />
        </Dialog>
      )
    case 'edit':
      return (
        <Dialog title="Edit grant" onClose={close}>
          <GrantForm
            users={users}
            grant={open.grant}
            onClose={close}
            onDone={() => onDone('Grant changed')}
          />
        </Dialog>
      )
    case 'delete': {
      const name = userName(users, open.grant.user)
      return <RevokeGrant grant={open.grant} name={name} onDone={onDone} onClose={close} />
    }
    case undefined:
      return null
  }
}

interface RevokeGrantProps {
  grant: Grant
  /** of the grant's user */
  name: string
  onDone: (message: string) => void
  onClose: () => void
}

function RevokeGrant({ grant, name, onDone, onClose }: RevokeGrantProps) {
  const { api } = useApp()
  const params = { path: { id: String(grant.id) } }
  return (
    <ConfirmDialog
      title="Revoke grant"
      action="Revoke"
      run={() => answerOf(api.DELETE('/api/grants/{id}', { params }))}
      onDone={() => onDone('Grant revoked')}
      onClose={onClose}
    >
      <p>
        {name} will no longer see {grantedName(grant)}.
      </p>
    </ConfirmDialog>
  )
}
