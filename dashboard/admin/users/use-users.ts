import type { Schemas } from '../../../client/client.ts'
import { useApp } from '../../app-context.ts'
import { useRequest } from '../../ui/use-request.ts'

/** More than these are not offered by name. */
const USERS_MAX = 1000

/** Users, to be named and chosen; until they are there, none. */
export function useUsers(): readonly Schemas['User'][] {
  const { api } = useApp()
  const query = { limit: USERS_MAX }
  return useRequest((signal) => api.GET('/api/users', { params: { query }, signal }), []).data?.items ?? []
}
