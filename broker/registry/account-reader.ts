import { FleetwireError } from '../../kit/errors.ts'
import { createFairQueue } from '../../kit/fair-queue.ts'
import type { Sql } from '../../sql/connect.ts'
import type { Account, VisibleVehicle } from './account.ts'

/** An account as the database has it. */
export type Seen = Pick<Account, 'role' | 'tokensValidFromS'> & SeenVehicles
type SeenVehicles = Pick<Account, 'vehicles' | 'keys' | 'seenFromUs'>

export interface AccountReader {
  /**
   * Reads an account when it is its turn.
   * @param vehiclesMax evaluated just before vehicles are read
   * @param onRead called with the number of vehicles that were read or counted, at most `vehiclesMax` and one
   * @returns `undefined` if the account sees more vehicles; then they are counted, and not read
   */
  read(
    account: Account,
    vehiclesMax: () => number,
    onRead?: (vehicles: number) => void,
  ): Promise<Seen | undefined>
}

/** Vehicles that are read in one piece, some 5 ms of the event loop. */
const FEW = 2000
/** Vehicles in a piece of a larger account, between which everything else goes on: 2 ms of the event loop. */
const PIECE = 1000

/**
 * Reads accounts in turn, small accounts over `sql`. An account that sees more than `FEW` vehicles waits for its turn among the
 * large accounts, which have a connection of their own. So a login waits for at most one query of `FEW` rows, however many
 * vehicles others see. An account of 100,000 took the event loop 150 ms when it was read in one piece. The rules are those of
 * api/access/visible.ts. Users see vehicles that they have created, and vehicles that were granted to them, alone or with their
 * group. Each has the start of its visible history.
 * @param sql with `max: 1`, as `largeSql`
 * @param waitingMax accounts that may be read at once
 */
export function createAccountReader(options: { sql: Sql; largeSql: Sql; waitingMax: number }): AccountReader {
  const { sql, largeSql, waitingMax } = options
  const turns = createFairQueue({ atOnceMax: 1, waitingMax })
  const largeTurns = createFairQueue({ atOnceMax: 1, waitingMax })

  return {
    async read(account, vehiclesMax, onRead = () => {}) {
      const few = await turns.run(account.scope, () => readFew(sql, account, Math.min(FEW, vehiclesMax())))
      if (few === undefined)
        throw new FleetwireError('too_many_users', 'more accounts wait to be read than there may be')
      onRead(few.vehicles.size)
      if (few.isAll) return few
      return largeTurns.run(account.scope, async () => {
        const most = vehiclesMax()
        const count = await countAtLeast(largeSql, account, most + 1)
        // Vehicles that were only counted are charged as well: they have taken time of the database.
        onRead(count)
        return count > most ? undefined : readAll(largeSql, account, most)
      })
    },
  }
}

/** A vehicle that an account sees for one reason, such as a grant. */
interface VisibleRow extends VisibleVehicle {
  id: number
}

async function readFew(sql: Sql, account: Account, most: number): Promise<Seen & { isAll: boolean }> {
  const reading = sql<VisibleRow[]>`${visible(sql, account)} limit ${most + 1}`
  const [user, rows] = await Promise.all([readUser(sql, account), reading])
  const seen = nothing()
  for (const row of rows) add(seen, row)
  // Several rows may be of one vehicle. Then the account is read as a large one, which takes longer and has the same result.
  return { ...user, ...seen, isAll: rows.length <= most }
}

async function readAll(sql: Sql, account: Account, most: number): Promise<Seen | undefined> {
  const user = await readUser(sql, account)
  const seen = nothing()
  await sql<VisibleRow[]>`${visible(sql, account)}`.cursor(PIECE, (rows) => {
    for (const row of rows) add(seen, row)
    return seen.vehicles.size > most ? sql.CLOSE : undefined
  })
  return seen.vehicles.size > most ? undefined : { ...user, ...seen }
}

async function readUser(sql: Sql, { userId }: Account): Promise<Pick<Account, 'role' | 'tokensValidFromS'>> {
  if (userId === undefined) return { role: 'service', tokensValidFromS: 0 }
  const [user] = await sql<{ role: 'admin' | 'user'; tokensValidFromS: number }[]>`
    select role, greatest(extract(epoch from tokens_valid_from), 0)::bigint as "tokensValidFromS"
    from users where id = ${userId}`
  return { role: user?.role, tokensValidFromS: user?.tokensValidFromS ?? 0 }
}

/** The vehicles of an account, some of them up to three times. Administrators see all vehicles, and have none here. */
function visible(sql: Sql, { userId, groups }: Account) {
  if (userId === undefined)
    return sql`
      select id, key, null::bigint as "seenFromUs" from vehicles where group_key = any(${[...groups]}::text[])`
  const isUser = sql`(select role from users where id = ${userId}) = 'user'`
  const beginning = sql`(extract(epoch from history_from) * 1000000)::bigint`
  return sql`
    select id, key, null::bigint as "seenFromUs" from vehicles where created_by = ${userId} and ${isUser}
    union all
    select vehicles.id, vehicles.key, ${beginning} from grants join vehicles on vehicles.id = grants.vehicle_id
    where grants.user_id = ${userId} and ${isUser}
    union all
    select vehicles.id, vehicles.key, ${beginning} from grants join vehicles on vehicles.group_key = grants.group_key
    where grants.user_id = ${userId} and ${isUser}`
}

/** The largest number of vehicles that an account sees for one reason; at most `most`. */
async function countAtLeast(sql: Sql, { userId, groups }: Account, most: number): Promise<number> {
  const reasons =
    userId === undefined
      ? [sql`select from vehicles where group_key = any(${[...groups]}::text[])`]
      : [
          sql`select from vehicles where created_by = ${userId}`,
          sql`select from grants where user_id = ${userId} and vehicle_id is not null`,
          sql`
            select from grants join vehicles on vehicles.group_key = grants.group_key
            where grants.user_id = ${userId}`,
        ]
  const counts = reasons.map((it) => sql`(select count(*) from (${it} limit ${most}) as them)`)
  const [row] = await sql<{ count: number }[]>`
    select greatest(${counts.flatMap((it, n) => (n === 0 ? [it] : [sql`,`, it]))}) as count`
  return row?.count ?? 0
}

function nothing(): SeenVehicles {
  return { vehicles: new Map(), keys: new Map(), seenFromUs: new Map() }
}

/** Of several rows of a vehicle the earliest start counts, and a row without a start shows all. */
function add({ vehicles, keys, seenFromUs }: SeenVehicles, { id, key, seenFromUs: us }: VisibleRow): void {
  const before = vehicles.has(id) ? (seenFromUs.get(id) ?? null) : Infinity
  vehicles.set(id, key)
  keys.set(key, id)
  if (us === null) seenFromUs.delete(id)
  else if (before !== null && us < before) seenFromUs.set(id, us)
}
