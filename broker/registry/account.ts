import { serviceScope } from '../../contract/topics.ts'

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
  /** the keys of the vehicles that a user or a service may see, by their ids */
  vehicles: Map<number, string>
  /** the ids of the same vehicles by their keys */
  keys: Map<string, number>
  /**
   * Beginnings of the history that the user may see, in microseconds since 1970, by the ids of vehicles; absent for vehicles
   * whose whole history it may see.
   */
  seenFromUs: Map<number, number>
  /** It sees more vehicles now than there is room for. */
  isTooLarge: boolean
}

/** A vehicle as an account sees it. */
export interface VisibleVehicle {
  key: string
  /** start of the history that the account may see, in microseconds since 1970; `null` for all of it */
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
  keys: new Map<string, number>(),
  seenFromUs: new Map<number, number>(),
  isTooLarge: false,
})

/**
 * Beginning of the history of a vehicle that an account may see, in microseconds since 1970; `undefined` if it does not see the
 * vehicle.
 */
export function seenFromUs(
  { vehicles, seenFromUs: beginnings }: Account,
  vehicleId: number,
): number | undefined {
  return vehicles.has(vehicleId) ? (beginnings.get(vehicleId) ?? -Infinity) : undefined
}

/** Why an account may not be connected with a genuine token; `detail` is for the log. */
export interface AccountEnd {
  reason: 'unknown_user' | 'account_changed' | 'token_revoked' | 'too_many_vehicles'
  detail: string
}

/** Why a genuine token is no longer valid; `undefined` if it still is. The API uses the same rules: api/access/callers.ts. */
export function reasonToEnd(
  account: Account,
  token: { role: string; issuedAtS: number },
): AccountEnd | undefined {
  if (account.role === undefined)
    return { reason: 'unknown_user', detail: 'the user of this token no longer exists' }
  if (account.role !== token.role)
    return { reason: 'account_changed', detail: `the user now has the role ${account.role}` }
  if (token.issuedAtS < account.tokensValidFromS)
    return { reason: 'token_revoked', detail: 'the user has logged out' }
  if (!account.isTooLarge) return undefined
  return { reason: 'too_many_vehicles', detail: 'there is no room for all vehicles that the user now sees' }
}

/**
 * Sets how the account sees these vehicles: as `seenOf` returns, `undefined` if it does not see one. Returns whether it saw any
 * of them before, or sees any now.
 */
export function changeVisible(
  account: Account,
  vehicleIds: readonly number[],
  seenOf: (vehicleId: number) => VisibleVehicle | undefined,
): boolean {
  const { vehicles, keys, seenFromUs } = account
  let isConcerned = false
  for (const id of vehicleIds) {
    const before = vehicles.get(id)
    if (before === undefined) continue
    isConcerned = true
    vehicles.delete(id)
    seenFromUs.delete(id)
    // Another vehicle may have this key by now.
    if (keys.get(before) === id) keys.delete(before)
  }
  for (const id of vehicleIds) {
    const seen = seenOf(id)
    if (seen === undefined) continue
    isConcerned = true
    vehicles.set(id, seen.key)
    keys.set(seen.key, id)
    if (seen.seenFromUs !== null) seenFromUs.set(id, seen.seenFromUs)
  }
  return isConcerned
}
