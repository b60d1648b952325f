import type { Schemas } from '../../../client/client.ts'

/** The e-mail address of the user with this id. */
export function userName(users: readonly Schemas['User'][], id: number): string {
  return users.find((it) => it.id === id)?.email ?? `user ${id}`
}

/** What a grant gives access to, in a sentence. */
export function grantedName({ vehicle, group }: Schemas['Grant']): string {
  return group === null ? `the vehicle ${vehicle}` : `the group ${group}`
}
