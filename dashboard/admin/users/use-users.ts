import type { Schemas } from '../../../client/client.ts'
import { useApp } from '../../app-context.ts'
import { useRequest } from '../../ui/use-request.ts'

/** Further users are shown by their id and cannot be chosen. */
const USERS_MAX = 1000

/** Users with their names, for lists and forms; empty while loading. */
export function useUsers(): readonly Schemas['User'][] {
  const { api } = useApp()
  const query = { limit: USERS_MAX }
  return useRequest((signal) => api.GET('/api/users', { params: { query }, signal }), []).data?.items ?? []
}
