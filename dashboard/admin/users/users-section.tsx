import { useState } from 'preact/hooks'
import type { Schemas } from '../../../client/client.ts'
import { useApp } from '../../app-context.ts'
import { formatDateTime } from '../../format/format-time.ts'
import { Button } from '../../ui/button.tsx'
import { EmptyState } from '../../ui/empty-state.tsx'
import type { Column } from '../lists/admin-table.tsx'
import { Listing } from '../lists/listing.tsx'
import { DeleteButton, EditButton } from '../lists/row-buttons.tsx'
import { NewButton, Search, Toolbar } from '../lists/toolbar.tsx'
import { useDialogs } from '../lists/use-dialogs.ts'
import { usePages } from '../lists/use-pages.ts'
import { UserDialogs, type UserDialog } from './user-dialogs.tsx'

type User = Schemas['User']

/** The API does not search users, so the page reads this many at once and searches them itself. */
const PAGE_USERS = 1000

/** The list of users, to create, edit and delete them, and to set their passwords. */
export function UsersSection() {
  const { api, preferences } = useApp()
  const [search, setSearch] = useState('')
  const pages = usePages((cursor, signal) => {
    const query = { limit: PAGE_USERS, ...(cursor !== undefined && { cursor }) }
    return api.GET('/api/users', { params: { query }, signal })
  }, [])
  const text = search.trim().toLowerCase()
  const shown = pages.items.filter(({ email, name }) => `${email} ${name}`.toLowerCase().includes(text))
  const dialogs = useDialogs<UserDialog>(pages.reload)
  const { setOpen } = dialogs

  const columns: Column<User>[] = [
    { title: 'E-mail', cell: ({ email }) => email },
    { title: 'Name', cell: ({ name }) => name },
    { title: 'Role', cell: ({ role }) => (role === 'admin' ? 'Administrator' : 'User') },
    {
      title: 'Created',
      cell: ({ created_at }) => formatDateTime(Date.parse(created_at), preferences.locale.value),
    },
  ]
  return (
    <>
      <Toolbar>
        <Search label="Search users" value={search} onChange={setSearch} />
        <NewButton label="New user" onClick={() => setOpen({ what: 'create' })} />
      </Toolbar>
      <Listing
        label="Users"
        columns={columns}
        pages={pages}
        items={shown}
        keyOf={({ id }) => id}
        actions={(user) => <UserActions user={user} onOpen={setOpen} />}
        empty={<EmptyState title={`No user matches “${text}” by e-mail or name`} />}
      />
      <UserDialogs dialogs={dialogs} />
    </>
  )
}

function UserActions({ user, onOpen }: { user: User; onOpen: (dialog: UserDialog) => void }) {
  const { me, navigate } = useApp()
  return (
    <>
      {user.role === 'user' && (
        <Button onClick={() => navigate(`/admin/grants?user=${user.id}`)}>Grants</Button>
      )}
      <Button onClick={() => onOpen({ what: 'password', user })}>New password</Button>
      <EditButton label={`Edit ${user.email}`} onClick={() => onOpen({ what: 'edit', user })} />
      {user.id !== me.value.id && (
        <DeleteButton label={`Delete ${user.email}`} onClick={() => onOpen({ what: 'delete', user })} />
      )}
    </>
  )
}
