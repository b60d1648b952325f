import { useState } from 'preact/hooks'
import type { Schemas } from '../../client/client.ts'
import { useApp } from '../app-context.ts'
import { Button } from '../ui/button.tsx'
import { Dialog } from '../ui/dialog.tsx'
import { EmptyState } from '../ui/empty-state.tsx'
import { Icon } from '../ui/icon.tsx'
import { AdminTable, type Column } from './admin-table.tsx'
import { GroupForm } from './group-form.tsx'
import { Listing } from './listing.tsx'
import { usePages } from './use-pages.ts'
import { useUsers } from './use-users.ts'

type Group = Schemas['Group']
type User = Schemas['User']

/** Groups of vehicles, and whose they are. */
export function GroupsSection() {
  return useApp().me.value.role === 'admin' ? <AllGroups /> : <GroupList users={undefined} />
}

function AllGroups() {
  return <GroupList users={useUsers()} />
}

/** `users`: `undefined` if the viewer may not give groups away. */
function GroupList({ users }: { users: readonly User[] | undefined }) {
  const { api, notify } = useApp()
  const [open, setOpen] = useState<Group>()
  const pages = usePages(
    (cursor, signal) =>
      api.GET('/api/groups', { params: { query: cursor === undefined ? {} : { cursor } }, signal }),
    [],
  )
  const close = () => setOpen(undefined)

  const ownerOf = ({ owner }: Group) => {
    if (users === undefined) return owner === null ? 'Another user' : 'You'
    if (owner === null) return 'Administrators'
    return users.find(({ id }) => id === owner)?.email ?? `user ${owner}`
  }
  const columns: Column<Group>[] = [
    { title: 'Group', cell: ({ key }) => <a href={`/?group=${key}`}>{key}</a> },
    { title: 'Owner', cell: ownerOf },
    { title: 'Vehicles', cell: ({ vehicles }) => vehicles },
  ]
  const actions = (group: Group) => (
    <Button label={`Change the owner of ${group.key}`} onClick={() => setOpen(group)}>
      <Icon name="edit" />
    </Button>
  )

  return (
    <>
      <Listing
        pages={pages}
        empty={
          <EmptyState title="No groups">
            <p>Enter a group in a vehicle to create it.</p>
          </EmptyState>
        }
      >
        <AdminTable
          label="Groups"
          columns={columns}
          items={pages.items}
          keyOf={({ key }) => key}
          {...(users && { actions })}
        />
      </Listing>
      {open && users && (
        <Dialog title={`Owner of ${open.key}`} onClose={close}>
          <GroupForm
            group={open}
            users={users}
            onClose={close}
            onDone={() => {
              close()
              pages.reload()
              notify(`${open.key} has the new owner`)
            }}
          />
        </Dialog>
      )}
    </>
  )
}
