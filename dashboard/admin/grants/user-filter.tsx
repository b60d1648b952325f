import type { Schemas } from '../../../client/client.ts'
import { useApp } from '../../app-context.ts'
import './user-filter.css'

export interface UserFilterProps {
  users: readonly Schemas['User'][]
  /** the id of the chosen user; `undefined` for all users */
  user: number | undefined
}

/** Chooses whose grants are listed. The choice is kept in the address. */
export function UserFilter({ users, user }: UserFilterProps) {
  const { navigate } = useApp()
  return (
    <label class="user-filter">
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
  )
}
