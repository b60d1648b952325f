import type { Claims } from '../../contract/claims.ts'
import { OPEN_COMMANDS_MAX, type CommandState } from '../../contract/commands.ts'
import type { Sql } from '../../sql/connect.ts'
import { recordChanges, type Actor } from '../audit/queries.ts'
import { asUs, fromUs } from '../database/columns.ts'
import { ownedVehicles, ownerOf, seenFromUs, visibleVehicles, type SeenVehicle } from '../access/visible.ts'

export interface CommandRow {
  id: number
  name: string
  params: unknown
  state: CommandState
  createdUs: number
  expiresUs: number
  deliveredUs: number | null
  settledUs: number | null
  /** key of the device that it was delivered to; also null if that device was deleted */
  device: string | null
  result: unknown
}

export interface NewCommand {
  name: string
  /** JSON */
  params: string
  lifetimeS: number
}

/** Finds a vehicle that the caller may see, and whether the caller may send commands to it. */
export async function findCommandedVehicle(
  sql: Sql,
  caller: Claims,
  key: string,
): Promise<(SeenVehicle & { mayCommand: boolean }) | undefined> {
  const [vehicle] = await sql<(SeenVehicle & { mayCommand: boolean })[]>`
    select id, ${seenFromUs(sql, caller)} as "seenFromUs",
      coalesce(${ownedVehicles(sql, caller)}, false) as "mayCommand"
    from vehicles
    where key = ${key} and ${visibleVehicles(sql, caller)}
  `
  return vehicle
}

/**
 * Inserts a command unless the vehicle has the maximum of open ones; `undefined` if the vehicle was deleted meanwhile.
 */
export function insertCommand(
  sql: Sql,
  vehicle: { id: number; key: string },
  { name, params, lifetimeS }: NewCommand,
  actor: Actor & { caller: Claims },
): Promise<number | 'too_many' | undefined> {
  const { id: vehicleId, key } = vehicle
  return sql.begin(async (transaction) => {
    const tx = transaction as unknown as Sql
    // One at a time for each vehicle. Otherwise two commands could both take the last place.
    const vehicles = await tx`select from vehicles where id = ${vehicleId} for no key update`
    if (vehicles.length === 0) return undefined
    // Removes expired commands from the index of open ones.
    await tx`
      update commands set state = 'expired'
      where vehicle_id = ${vehicleId} and state in ('queued', 'delivered') and expires_at <= now()
    `
    const [command] = await tx<{ id: number }[]>`
      insert into commands (vehicle_id, name, params, expires_at, created_by)
      select ${vehicleId}, ${name}, ${params}::text::json, now() + make_interval(secs => ${lifetimeS}),
        (select id from users where id = ${ownerOf(actor.caller)})
      where (
        select count(*) from commands where vehicle_id = ${vehicleId} and state in ('queued', 'delivered')
      ) < ${OPEN_COMMANDS_MAX}
      returning id
    `
    if (command === undefined) return 'too_many'
    // The audit log omits params, whose text jsonb may not be able to hold; they are stored with the command.
    const after = { id: command.id, name }
    await recordChanges(tx, actor, [{ action: 'command.send', subject: `vehicle:${key}`, after }])
    return command.id
  })
}

/** Lists commands of a vehicle that the caller may see, the newest first. */
export async function listCommands(
  sql: Sql,
  vehicle: SeenVehicle,
  page: { state: CommandState | undefined; beforeId: number | undefined; limit: number },
): Promise<CommandRow[]> {
  const { state, beforeId, limit } = page
  return sql<CommandRow[]>`
    ${selectCommands(sql)}
    where ${isOf(sql, vehicle)}
      ${state === undefined ? sql`` : sql`and ${currentState(sql)} = ${state}`}
      ${beforeId === undefined ? sql`` : sql`and commands.id < ${beforeId}`}
    order by commands.id desc
    limit ${limit}
  `
}

export async function findCommand(
  sql: Sql,
  vehicle: SeenVehicle,
  id: number,
): Promise<CommandRow | undefined> {
  const [command] = await sql<CommandRow[]>`
    ${selectCommands(sql)} where ${isOf(sql, vehicle)} and commands.id = ${id}
  `
  return command
}

/** Cancels a command; false if it is not queued. */
export function cancelCommand(
  sql: Sql,
  vehicle: { id: number; key: string },
  id: number,
  actor: Actor & { caller: Claims },
): Promise<boolean> {
  return sql.begin(async (transaction) => {
    const tx = transaction as unknown as Sql
    const { count } = await tx`
      update commands set state = 'cancelled', settled_at = now()
      where vehicle_id = ${vehicle.id} and id = ${id} and state = 'queued' and expires_at > now()
    `
    if (count === 0) return false
    await recordChanges(tx, actor, [
      { action: 'command.cancel', subject: `vehicle:${vehicle.key}`, before: { id } },
    ])
    return true
  })
}

function isOf(sql: Sql, { id, seenFromUs: seenUs }: SeenVehicle) {
  return sql`commands.vehicle_id = ${id} ${seenUs === null ? sql`` : sql`and commands.created_at >= ${fromUs(sql, seenUs)}`}`
}

/** The state of a command. An open one past its time counts as expired, whether or not that was already written. */
function currentState(sql: Sql) {
  return sql`(case
    when commands.state in ('queued', 'delivered') and commands.expires_at <= now() then 'expired'
    else commands.state
  end)`
}

function selectCommands(sql: Sql) {
  return sql`
    select commands.id, commands.name, params, ${currentState(sql)} as state, result, devices.key as device,
      ${asUs(sql, 'commands.created_at')} as "createdUs", ${asUs(sql, 'expires_at')} as "expiresUs",
      ${asUs(sql, 'delivered_at')} as "deliveredUs", ${asUs(sql, 'settled_at')} as "settledUs"
    from commands left join devices on devices.id = commands.device_id
  `
}
