import { serviceScope } from '../../contract/topics.ts'
import type { Sql } from '../../sql/connect.ts'

/** The current database state of a connected user, or of a service that is limited to groups. */
export interface Account {
  /** of its live feed: the user's id, or that of the service */
  readonly scope: string
  /** undefined: a service */
  readonly userId: number | undefined
  /** of a service: the groups whose vehicles it sees */
  readonly groups: readonly string[]
  /** undefined: the user is not there any more */
  role: 'admin' | 'user' | 'service' | undefined
  /** seconds since 1970; tokens with an earlier `iat` are refused */
  tokensValidFromS: number
  /** Of a user or a service: the keys of the vehicles that it may see, by their ids. */
  vehicles: Map<number, string>
  keys: Set<string>
  /**
   * Of vehicles whose whole history the user may not see: from when on it may, in microseconds since 1970; by their ids and by
   * their keys.
   */
  seenFromUs: ReadonlyMap<number | string, number>
}

/** What an account sees of a vehicle. */
export interface Seen {
  key: string
  /** from when on, in microseconds since 1970; null: all */
  seenFromUs: number | null
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
  seenFromUs: new Map<number | string, number>(),
})

/** Whether an account may see what became of a vehicle at a time, in microseconds since 1970. */
export function maySeeAt({ vehicles, seenFromUs }: Account, vehicleId: number, timeUs: number): boolean {
  return vehicles.has(vehicleId) && timeUs >= (seenFromUs.get(vehicleId) ?? 0)
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
 * with its group, of that what happened from the beginning of the grant on.
 * @param vehiclesMax more are not read
 */
export async function reloadAccount(sql: Sql, account: Account, vehiclesMax?: number): Promise<boolean> {
  const { userId, groups } = account
  if (userId === undefined) {
    return putVehicles(
      account,
      await sql<SeenRow[]>`
        select id, key, null::bigint as "seenFromUs" from vehicles where group_key = any(${[...groups]}::text[]) limit ${vehiclesMax ?? null}`,
    )
  }
  const [user] = await sql<{ role: 'admin' | 'user'; tokensValidFromS: number }[]>`
    select role, greatest(extract(epoch from tokens_valid_from), 0)::bigint as "tokensValidFromS"
    from users where id = ${userId}`
  const rows =
    user?.role === 'user'
      ? await sql<SeenRow[]>`
          select id, key, (extract(epoch from nullif(min(seen_from), '-infinity')) * 1000000)::bigint as "seenFromUs"
          from (
            select id, key, timestamptz '-infinity' as seen_from from vehicles where created_by = ${userId}
            union all
            select vehicles.id, vehicles.key, coalesce(history_from, '-infinity')
            from grants join vehicles on vehicles.id = grants.vehicle_id
            where grants.user_id = ${userId}
            union all
            select vehicles.id, vehicles.key, coalesce(history_from, '-infinity')
            from grants join vehicles on vehicles.group_key = grants.group_key
            where grants.user_id = ${userId}
          ) as seen
          group by id, key
          limit ${vehiclesMax ?? null}`
      : []
  account.role = user?.role
  account.tokensValidFromS = user?.tokensValidFromS ?? 0
  return putVehicles(account, rows)
}

interface SeenRow extends Seen {
  id: number
}

function putVehicles(account: Account, rows: readonly SeenRow[]): boolean {
  const before = account.vehicles
  const { seenFromUs } = account
  account.vehicles = new Map(rows.map(({ id, key }) => [id, key]))
  account.keys = new Set(account.vehicles.values())
  account.seenFromUs = new Map(rows.flatMap(beginningsOf))
  return (
    before.size !== account.vehicles.size ||
    rows.some((it) => before.get(it.id) !== it.key || (seenFromUs.get(it.id) ?? null) !== it.seenFromUs)
  )
}

function beginningsOf({ id, key, seenFromUs }: SeenRow): [number | string, number][] {
  return seenFromUs === null
    ? []
    : [
        [id, seenFromUs],
        [key, seenFromUs],
      ]
}

/**
 * Sets what the account sees of these vehicles: what `seenOf` gives, undefined for nothing. Returns whether it saw any of them,
 * or does now.
 */
export function changeVisible(
  account: Account,
  vehicleIds: readonly number[],
  seenOf: (vehicleId: number) => Seen | undefined,
): boolean {
  const { vehicles } = account
  const seenFromUs = new Map<number | string, number>()
  let isConcerned = false
  for (const id of vehicleIds) {
    const seen = seenOf(id)
    isConcerned = vehicles.delete(id) || seen !== undefined || isConcerned
    if (seen === undefined) continue
    vehicles.set(id, seen.key)
    for (const [name, us] of beginningsOf({ id, ...seen })) seenFromUs.set(name, us)
  }
  if (!isConcerned) return false
  // One may have the key now that another had before.
  account.keys = new Set(vehicles.values())
  const changed = new Set(vehicleIds)
  for (const [id, us] of account.seenFromUs) {
    const key = typeof id === 'number' && !changed.has(id) ? vehicles.get(id) : undefined
    if (key !== undefined) seenFromUs.set(id, us).set(key, us)
  }
  account.seenFromUs = seenFromUs
  return true
}
