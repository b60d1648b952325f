import type { Sql } from '../../sql/connect.ts'

/** A user who is connected, as the database has it now. */
export interface Account {
  readonly userId: number
  /** undefined: the user is not there any more */
  role: 'admin' | 'user' | undefined
  /** seconds since 1970; tokens with an earlier `iat` are refused */
  tokensValidFromS: number
  /** Of the role `user`: the keys of the vehicles that it may see, by their ids. */
  vehicles: Map<number, string>
  keys: Set<string>
}

export function emptyAccount(userId: number): Account {
  return { userId, role: undefined, tokensValidFromS: 0, vehicles: new Map(), keys: new Set() }
}

/** Why a token, which is genuine, is good no more; undefined: it is. The API reckons the same way: api/callers.ts. */
export function reasonToEnd(
  account: Account,
  token: { role: string; issuedAtS: number },
): string | undefined {
  if (account.role === undefined) return 'the user of this token is not there any more'
  if (account.role !== token.role) return `the user has the role ${account.role} now`
  return token.issuedAtS < account.tokensValidFromS ? 'the user has logged out' : undefined
}

/**
 * Reads an account again. Returns whether its vehicles are others now.
 * What a user may see is what api/queries/visible.ts says: what it has created, and what was granted to it by itself or
 * with its group.
 * @param vehiclesMax more are not read
 */
export async function reloadAccount(sql: Sql, account: Account, vehiclesMax?: number): Promise<boolean> {
  const { userId } = account
  const [user] = await sql<{ role: 'admin' | 'user'; tokensValidFromS: number }[]>`
    select role, greatest(extract(epoch from tokens_valid_from), 0)::bigint as "tokensValidFromS"
    from users where id = ${userId}`
  const rows =
    user?.role === 'user'
      ? await sql<{ id: number; key: string }[]>`
          select id, key from vehicles where created_by = ${userId}
          union
          select vehicles.id, vehicles.key from grants join vehicles on vehicles.id = grants.vehicle_id
          where grants.user_id = ${userId}
          union
          select vehicles.id, vehicles.key from grants join vehicles on vehicles.group_key = grants.group_key
          where grants.user_id = ${userId}
          limit ${vehiclesMax ?? null}`
      : []
  const before = account.vehicles
  account.role = user?.role
  account.tokensValidFromS = user?.tokensValidFromS ?? 0
  account.vehicles = new Map(rows.map(({ id, key }) => [id, key]))
  account.keys = new Set(account.vehicles.values())
  return before.size !== account.vehicles.size || rows.some(({ id, key }) => before.get(id) !== key)
}

/**
 * Sets what the account sees of these vehicles: what `keyOf` gives, undefined for nothing. Returns whether it saw any of them,
 * or does now.
 */
export function changeVisible(
  account: Account,
  vehicleIds: readonly number[],
  keyOf: (vehicleId: number) => string | undefined,
): boolean {
  const { vehicles } = account
  let isConcerned = false
  for (const id of vehicleIds) {
    const key = keyOf(id)
    isConcerned = vehicles.delete(id) || key !== undefined || isConcerned
    if (key !== undefined) vehicles.set(id, key)
  }
  // One may have the key now that another had before.
  if (isConcerned) account.keys = new Set(vehicles.values())
  return isConcerned
}
