import type { Schemas } from '../../../client/client.ts'
import { useApp } from '../../app-context.ts'
import { Dialog } from '../../ui/dialog.tsx'
import { EmptyState } from '../../ui/empty-state.tsx'
import type { Column } from '../lists/admin-table.tsx'
import { GroupForm } from './group-form.tsx'
import { Listing } from '../lists/listing.tsx'
import { EditButton } from '../lists/row-buttons.tsx'
import { useDialogs } from '../lists/use-dialogs.ts'
import { usePages } from '../lists/use-pages.ts'
import { useUsers } from '../users/use-users.ts'

type Group = Schemas['Group']
type User = Schemas['User']

/** Groups of vehicles, and their owners. */
export function GroupsSection() {
  return useApp().me.value.role === 'admin' ? <AllGroups /> : <GroupList users={undefined} />
}

function AllGroups() {
  return <GroupList users={useUsers()} />
}

/** `users` is `undefined` if the viewer may not change owners. */
function GroupList({ users }: { users: readonly User[] | undefined }) {
  const { api } = useApp()
  const pages = usePages(
    (cursor, signal) =>
      api.GET('/api/groups', { params: { query: cursor === undefined ? {} : { cursor } }, signal }),
    [],
  )
  const { open, setOpen, close, onDone } = useDialogs<Group>(pages.reload)

  const ownerOf = ({ owner }: Group) => {
    if (users === undefined) return owner === null ? 'Another user' : 'You'
    if (owner === null) return 'Administrators'
    return users.find(({ id }) => id === owner)?.email ?? `User ${owner}`
  }
  const columns: Column<Group>[] = [
    { title: 'Group', cell: ({ key }) => <a href={`/?group=${key}`}>{key}</a> },
    { title: 'Owner', cell: ownerOf },
    { title: 'Vehicles', cell: ({ vehicles }) => vehicles },
  ]
  const actions = (group: Group) => (
    <EditButton label={`Change the owner of ${group.key}`} onClick={() => setOpen(group)} />
  )

  return (
    <>
      <Listing
        label="Groups"
        columns={columns}
        pages={pages}
        keyOf={({ key }) => key}
        {...(users && { actions })}
        empty={
          <EmptyState title="No groups">
            <p>To create a group, enter its name in the Group field of a vehicle.</p>
          </EmptyState>
        }
      />
      {open && users && (
        <Dialog title={`Owner of ${open.key}`} onClose={close}>
          <GroupForm
            group={open}
            users={users}
            onClose={close}
            onDone={() => onDone(`Owner of ${open.key} changed`)}
          />
        </Dialog>
      )}
    </>
  )
}
