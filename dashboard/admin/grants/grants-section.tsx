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
import { GrantForm } from './grant-form.tsx'
import { Listing } from '../lists/listing.tsx'
import { DeleteButton, EditButton } from '../lists/row-buttons.tsx'
import { useDialogs } from '../lists/use-dialogs.ts'
import { Toolbar } from '../lists/toolbar.tsx'
import { usePages } from '../lists/use-pages.ts'
import { useUsers } from '../users/use-users.ts'
import './grants-section.css'

type Grant = Schemas['Grant']
type Open = { what: 'create' } | { what: 'edit' | 'delete'; grant: Grant }

/** Which users may see which vehicles besides their own. */
export function GrantsSection() {
  const { api, navigate, preferences, route } = useApp()
  const users = useUsers()
  const asked = Number(route.value.query.get('user'))
  const user = Number.isSafeInteger(asked) && asked > 0 ? asked : undefined
  const pages = usePages(
    (cursor, signal) => {
      const query = { ...(user !== undefined && { user }), ...(cursor !== undefined && { cursor }) }
      return api.GET('/api/grants', { params: { query }, signal })
    },
    [user],
  )
  const { open, setOpen, close, onDone } = useDialogs<Open>(pages.reload)
  const nameOf = (id: number) => users.find((it) => it.id === id)?.email ?? `user ${id}`
  const whatOf = ({ vehicle, group }: Grant) =>
    group === null ? `the vehicle ${vehicle}` : `the group ${group}`
  const timeOf = (time: string) => formatDateTime(Date.parse(time), preferences.locale.value)
  const hasUsers = users.some(({ role }) => role === 'user')

  const columns: Column<Grant>[] = [
    { title: 'User', cell: (grant) => nameOf(grant.user) },
    { title: 'May see', cell: whatOf },
    {
      title: 'History',
      cell: ({ history_from }) => (history_from === null ? 'All' : `From ${timeOf(history_from)}`),
    },
    { title: 'Since', cell: ({ created_at }) => timeOf(created_at) },
  ]
  const empty = (
    <EmptyState title={user === undefined ? 'No grants yet' : `No grants for ${nameOf(user)}`}>
      <p>Users see the vehicles that they created. A grant shows them another vehicle or a whole group.</p>
      {hasUsers ? (
        <Button kind="primary" onClick={() => setOpen({ what: 'create' })}>
          Add a grant
        </Button>
      ) : (
        <Button onClick={() => navigate('/admin/users')}>Create a user first</Button>
      )}
    </EmptyState>
  )

  return (
    <>
      <Toolbar>
        <label class="grants-section__user">
          <span class="visually-hidden">User</span>
          <select
            value={user ?? ''}
            onChange={(event) => {
              const id = event.currentTarget.value
              navigate(id === '' ? '/admin/grants' : `/admin/grants?user=${id}`)
            }}
          >
            <option value="">All users</option>
            {users.map(({ id, email }) => (
              <option key={id} value={id}>
                {email}
              </option>
            ))}
          </select>
        </label>
        {hasUsers && (
          <Button kind="primary" onClick={() => setOpen({ what: 'create' })}>
            <Icon name="plus" /> New grant
          </Button>
        )}
      </Toolbar>
      <Listing pages={pages} empty={empty}>
        <AdminTable
          label="Grants"
          columns={columns}
          items={pages.items}
          keyOf={({ id }) => id}
          actions={(grant) => (
            <>
              <EditButton
                label={`Edit the grant of ${whatOf(grant)} to ${nameOf(grant.user)}`}
                onClick={() => setOpen({ what: 'edit', grant })}
              />
              <DeleteButton
                label={`Revoke the grant of ${whatOf(grant)} to ${nameOf(grant.user)}`}
                onClick={() => setOpen({ what: 'delete', grant })}
              />
            </>
          )}
        />
      </Listing>
      {open?.what === 'create' && (
        <Dialog title="New grant" onClose={close}>
          <GrantForm users={users} user={user} onClose={close} onDone={() => onDone('Grant added')} />
        </Dialog>
      )}
      {open?.what === 'edit' && (
        <Dialog title="Edit grant" onClose={close}>
          <GrantForm
            users={users}
            grant={open.grant}
            onClose={close}
            onDone={() => onDone('Grant changed')}
          />
        </Dialog>
      )}
      {open?.what === 'delete' && (
        <ConfirmDialog
          title="Revoke grant"
          action="Revoke"
          run={() =>
            answerOf(api.DELETE('/api/grants/{id}', { params: { path: { id: String(open.grant.id) } } }))
          }
          onDone={() => onDone('Grant revoked')}
          onClose={close}
        >
          <p>
            {nameOf(open.grant.user)} does not see {whatOf(open.grant)} any more.
          </p>
        </ConfirmDialog>
      )}
    </>
  )
}
