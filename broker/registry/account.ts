import { serviceScope } from '../../contract/topics.ts'
import type { Sql } from '../../sql/connect.ts'

/** The current database state of a connected user, or of a service that is limited to groups. */
export interface Account {
  /** of its live feed: the user's id, or that of the service */
  readonly scope: string
  /** `undefined` for a service */
  readonly userId: number | undefined
  /** of a service: the groups whose vehicles it sees */
  readonly groups: readonly string[]
  /** `undefined` if the user no longer exists */
  role: 'admin' | 'user' | 'service' | undefined
  /** seconds since 1970; tokens with an earlier `iat` are refused */
  tokensValidFromS: number
  /** Of a user or a service: the keys of the vehicles that it may see, by their ids. */
  vehicles: Map<number, string>
  keys: Set<string>
}

export function emptyAccount(userId: number): Account {
  return { ...NOTHING_SEEN(), scope: String(userId), userId, groups: [], role: undefined }
}

/** @param id of the service token, which decides by itself whether the service may be connected */
export function emptyServiceAccount(id: string, groups: readonly string[]): Account {
  return { ...NOTHING_SEEN(), scope: serviceScope(id), userId: undefined, groups, role: 'service' }
}

const NOTHING_SEEN = () => ({
  tokensValidFromS: 0,
  vehicles: new Map<number, string>(),
  keys: new Set<string>(),
})

/** Why a genuine token is no longer valid; `undefined` if it still is. The API uses the same rules: api/callers.ts. */
export function reasonToEnd(
  account: Account,
  token: { role: string; issuedAtS: number },
): string | undefined {
  if (account.role === undefined) return 'the user of this token no longer exists'
  if (account.role !== token.role) return `the user now has the role ${account.role}`
  return token.issuedAtS < account.tokensValidFromS ? 'the user has logged out' : undefined
}

/**
 * Reads an account again. Returns whether its vehicles have changed.
 * What a user may see is what api/queries/visible.ts says: what it has created, and what was granted to it by itself or
 * with its group.
 * @param vehiclesMax more are not read
 */
export async function reloadAccount(sql: Sql, account: Account, vehiclesMax?: number): Promise<boolean> {
  const { userId, groups } = account
  if (userId === undefined) {
    return putVehicles(
      account,
      await sql<VehicleKey[]>`
        select id, key from vehicles where group_key = any(${[...groups]}::text[]) limit ${vehiclesMax ?? null}`,
    )
  }
  const [user] = await sql<{ role: 'admin' | 'user'; tokensValidFromS: number }[]>`
    select role, greatest(extract(epoch from tokens_valid_from), 0)::bigint as "tokensValidFromS"
    from users where id = ${userId}`
  const rows =
    user?.role === 'user'
      ? await sql<VehicleKey[]>`
          select id, key from vehicles where created_by = ${userId}
          union
          select vehicles.id, vehicles.key from grants join vehicles on vehicles.id = grants.vehicle_id
          where grants.user_id = ${userId}
          union
          select vehicles.id, vehicles.key from grants join vehicles on vehicles.group_key = grants.group_key
          where grants.user_id = ${userId}
          limit ${vehiclesMax ?? null}`
      : []
  account.role = user?.role
  account.tokensValidFromS = user?.tokensValidFromS ?? 0
  return putVehicles(account, rows)
}

interface VehicleKey {
  id: number
  key: string
}

function putVehicles(account: Account, rows: readonly VehicleKey[]): boolean {
  const before = account.vehicles
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
