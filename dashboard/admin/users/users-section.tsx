import { useState } from 'preact/hooks'
import type { Schemas } from '../../../client/client.ts'
import { useApp } from '../../app-context.ts'
import { formatDateTime } from '../../format/format-time.ts'
import { Button } from '../../ui/button.tsx'
import { Dialog } from '../../ui/dialog.tsx'
import { EmptyState } from '../../ui/empty-state.tsx'
import { Icon } from '../../ui/icon.tsx'
import { AdminTable, type Column } from '../lists/admin-table.tsx'
import { answerOf } from '../forms/answer.ts'
import { ConfirmDialog } from '../forms/confirm-dialog.tsx'
import { Listing } from '../lists/listing.tsx'
import { DeleteButton, EditButton } from '../lists/row-buttons.tsx'
import { useDialogs } from '../lists/use-dialogs.ts'
import { Search, Toolbar } from '../lists/toolbar.tsx'
import { usePages } from '../lists/use-pages.ts'
import { PasswordForm, UserForm } from './user-form.tsx'

type User = Schemas['User']
type Open = { what: 'create' } | { what: 'edit' | 'password' | 'delete'; user: User }

/** The API does not search users: so many at once are read, and looked through here. */
const PAGE_USERS = 1000

export function UsersSection() {
  const { api, me, navigate, preferences } = useApp()
  const [search, setSearch] = useState('')
  const pages = usePages((cursor, signal) => {
    const query = { limit: PAGE_USERS, ...(cursor !== undefined && { cursor }) }
    return api.GET('/api/users', { params: { query }, signal })
  }, [])
  const text = search.trim().toLowerCase()
  const shown = pages.items.filter(({ email, name }) => `${email} ${name}`.toLowerCase().includes(text))
  const { open, setOpen, close, onDone } = useDialogs<Open>(pages.reload)

  const columns: Column<User>[] = [
    { title: 'E-mail', cell: ({ email }) => email },
    { title: 'Name', cell: ({ name }) => name },
    { title: 'Role', cell: ({ role }) => (role === 'admin' ? 'Administrator' : 'User') },
    {
      title: 'Since',
      cell: ({ created_at }) => formatDateTime(Date.parse(created_at), preferences.locale.value),
    },
  ]
  const actions = (user: User) => (
    <>
      {user.role === 'user' && (
        <Button onClick={() => navigate(`/admin/grants?user=${user.id}`)}>Grants</Button>
      )}
      <Button onClick={() => setOpen({ what: 'password', user })}>New password</Button>
      <EditButton label={`Edit ${user.email}`} onClick={() => setOpen({ what: 'edit', user })} />
      {user.id !== me.value.id && (
        <DeleteButton label={`Delete ${user.email}`} onClick={() => setOpen({ what: 'delete', user })} />
      )}
    </>
  )

  return (
    <>
      <Toolbar>
        <Search label="Search users" value={search} onChange={setSearch} />
        <Button kind="primary" onClick={() => setOpen({ what: 'create' })}>
          <Icon name="plus" /> New user
        </Button>
      </Toolbar>
      <Listing
        pages={pages}
        count={shown.length}
        empty={<EmptyState title={`No user matches “${text}” by address or name`} />}
      >
        <AdminTable label="Users" columns={columns} items={shown} keyOf={({ id }) => id} actions={actions} />
      </Listing>
      {open?.what === 'create' && (
        <Dialog title="New user" onClose={close}>
          <UserForm user={undefined} onClose={close} onDone={({ email }) => onDone(`${email} was created`)} />
        </Dialog>
      )}
      {open?.what === 'edit' && (
        <Dialog title={`Edit ${open.user.email}`} onClose={close}>
          <UserForm user={open.user} onClose={close} onDone={({ email }) => onDone(`${email} was changed`)} />
        </Dialog>
      )}
      {open?.what === 'password' && (
        <Dialog title={`New password for ${open.user.email}`} onClose={close}>
          <PasswordForm
            user={open.user}
            onClose={close}
            onDone={({ email }) => onDone(`${email} has the new password`)}
          />
        </Dialog>
      )}
      {open?.what === 'delete' && (
        <ConfirmDialog
          title={`Delete ${open.user.email}`}
          action="Delete"
          run={() =>
            answerOf(api.DELETE('/api/users/{id}', { params: { path: { id: String(open.user.id) } } }))
          }
          onDone={({ data }) =>
            onDone(
              `${open.user.email} was deleted. Device tokens revoked: ${data?.device_tokens_revoked ?? 0}`,
            )
          }
          onClose={close}
        >
          <p>Their sessions, tokens and grants are removed. Vehicles and devices they created remain.</p>
        </ConfirmDialog>
      )}
    </>
  )
}
