import type { Claims } from '../../contract/claims.ts'
import type { Sql } from '../../sql/connect.ts'

/** Maximum of vehicles and devices of a user; administrators and services have no limit. */
export interface Quotas {
  vehiclesMax: number
  devicesMax: number
}

/** A request that would exceed the user's quota. `room`: how many more they may create. */
export interface OverQuota {
  max: number
  room: number
}

/**
 * The excess if the caller would own too many after creating `count` more; `undefined` if they may. Locks the user's
 * row, so that no other transaction creates vehicles or devices for them until this one ends.
 */
export async function checkQuota(
  tx: Sql,
  caller: Claims,
  what: 'vehicles' | 'devices' | 'channels',
  { count, max }: { count: number; max: number },
): Promise<OverQuota | undefined> {
  if (caller.role !== 'user') return undefined
  const userId = Number(caller.sub)
  await tx`select from users where id = ${userId} for no key update`
  const [owned] = await tx<{ count: number }[]>`
    select count(*)::int as count from ${tx(what)} where created_by = ${userId}
  `
  const room = Math.max(0, max - (owned?.count ?? 0))
  return count > room ? { max, room } : undefined
}

/** The reason why a user cannot create that many, for an error. */
export function overQuotaDetail({ max, room }: OverQuota, what: 'vehicles' | 'devices' | 'channels'): string {
  return `you may own at most ${max} ${what}, and can create ${room} more`
}
