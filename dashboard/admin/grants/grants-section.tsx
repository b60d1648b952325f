import type { Schemas } from '../../../client/client.ts'
import { useApp } from '../../app-context.ts'
import { formatDateTime } from '../../format/format-time.ts'
import { Button } from '../../ui/button.tsx'
import { EmptyState } from '../../ui/empty-state.tsx'
import type { Column } from '../lists/admin-table.tsx'
import { Listing } from '../lists/listing.tsx'
import { DeleteButton, EditButton } from '../lists/row-buttons.tsx'
import { NewButton, Toolbar } from '../lists/toolbar.tsx'
import { useDialogs } from '../lists/use-dialogs.ts'
import { usePages } from '../lists/use-pages.ts'
import { useUsers } from '../users/use-users.ts'
import { GrantDialogs, type GrantDialog } from './grant-dialogs.tsx'
import { grantedName, userName } from './grant-names.ts'
import { UserFilter } from './user-filter.tsx'

type Grant = Schemas['Grant']
type Users = readonly Schemas['User'][]

/** The grants of all users, or of the user in the address. */
export function GrantsSection() {
  const users = useUsers()
  const user = useChosenUser()
  const pages = useGrants(user)
  const columns = useColumns(users)
  const dialogs = useDialogs<GrantDialog>(pages.reload)
  const { setOpen } = dialogs
  const hasUsers = users.some(({ role }) => role === 'user')
  const onCreate = () => setOpen({ what: 'create' })

  return (
    <>
      <Toolbar>
        <UserFilter users={users} user={user} />
        {hasUsers && <NewButton label="New grant" onClick={onCreate} />}
      </Toolbar>
      <Listing
        label="Grants"
        columns={columns}
        pages={pages}
        keyOf={({ id }) => id}
        actions={(grant) => {
          const name = `the grant of ${grantedName(grant)} to ${userName(users, grant.user)}`
          return (
            <>
              <EditButton label={`Edit ${name}`} onClick={() => setOpen({ what: 'edit', grant })} />
              <DeleteButton label={`Revoke ${name}`} onClick={() => setOpen({ what: 'delete', grant })} />
            </>
          )
        }}
        empty={
          <NoGrants
            name={user === undefined ? undefined : userName(users, user)}
            hasUsers={hasUsers}
            onCreate={onCreate}
          />
        }
      />
      <GrantDialogs dialogs={dialogs} users={users} user={user} />
    </>
  )
}

/** The id in the address; `undefined` if there is no id. */
function useChosenUser(): number | undefined {
  const asked = Number(useApp().route.value.query.get('user'))
  return Number.isSafeInteger(asked) && asked > 0 ? asked : undefined
}

function useGrants(user: number | undefined) {
  const { api } = useApp()
  return usePages(
    (cursor, signal) => {
      const query = { ...(user !== undefined && { user }), ...(cursor !== undefined && { cursor }) }
      return api.GET('/api/grants', { params: { query }, signal })
    },
    [user],
  )
}

function useColumns(users: Users): Column<Grant>[] {
  const { preferences } = useApp()
  const timeOf = (time: string) => formatDateTime(Date.parse(time), preferences.locale.value)
  return [
    { title: 'User', cell: (grant) => userName(users, grant.user) },
    { title: 'Access to', cell: grantedName },
    {
      title: 'History',
      cell: ({ history_from }) => (history_from === null ? 'All' : `From ${timeOf(history_from)}`),
    },
    { title: 'Granted', cell: ({ created_at }) => timeOf(created_at) },
  ]
}

interface NoGrantsProps {
  /** of the chosen user */
  name: string | undefined
  /** whether there is a user who could be granted something */
  hasUsers: boolean
  onCreate: () => void
}

function NoGrants({ name, hasUsers, onCreate }: NoGrantsProps) {
  const { navigate } = useApp()
  return (
    <EmptyState title={name === undefined ? 'No grants yet' : `No grants for ${name}`}>
      <p>Users see the vehicles that they created. A grant shows them another vehicle or a whole group.</p>
      {hasUsers ? (
        <Button kind="primary" onClick={onCreate}>
          Add a grant
        </Button>
      ) : (
        <Button onClick={() => navigate('/admin/users')}>Create a user first</Button>
      )}
    </EmptyState>
  )
}
