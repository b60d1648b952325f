import type { Sql } from '../../sql/connect.ts'

export interface QueuedCommand {
  vehicleId: number
  id: number
  name: string
  /** JSON */
  params: string
  /** microseconds since 1970 */
  expiresUs: number
}

/** The oldest queued commands of each of these vehicles, `perVehicle` at most. */
export async function findQueued(
  sql: Sql,
  vehicleIds: number[],
  perVehicle: number,
): Promise<QueuedCommand[]> {
  return sql<QueuedCommand[]>`
    select vehicle.id as "vehicleId", queued.id, name, params::text as params,
      (extract(epoch from expires_at) * 1000000)::bigint as "expiresUs"
    from unnest(${vehicleIds}::bigint[]) as vehicle (id) cross join lateral (
      select id, name, params, expires_at from commands
      where vehicle_id = vehicle.id and state = 'queued' and expires_at > now()
      order by id
      limit ${perVehicle}
    ) as queued
    order by vehicle.id, queued.id
  `
}

export interface Receipt {
  commandId: number
  vehicleId: number
  deviceId: number
}

/** Marks queued commands as delivered, and returns how many. If two brokers report the same command, only one counts it. */
export async function markDelivered(sql: Sql, receipts: readonly Receipt[]): Promise<number> {
  const { count } = await sql`
    update commands set state = 'delivered', delivered_at = now(), device_id = given.device_id
    from unnest(
      ${receipts.map((it) => it.commandId)}::bigint[], ${receipts.map((it) => it.deviceId)}::bigint[]
    ) as given (id, device_id)
    where commands.id = given.id and state = 'queued'
  `
  return count
}

export interface Answer {
  commandId: number
  vehicleId: number
  deviceId: number
  ok: boolean
  /** JSON; `undefined` for an answer without it */
  result: string | undefined
}

/**
 * Stores answers of devices, and returns the ids of the commands for which this is the first answer. An answer reports what has
 * happened, so it also counts if the command has expired or was cancelled on its way. The ids must differ.
 */
export async function markAnswered(sql: Sql, answers: readonly Answer[]): Promise<number[]> {
  const rows = await sql<{ id: number }[]>`
    update commands set
      state = given.state, settled_at = now(), delivered_at = coalesce(delivered_at, now()),
      device_id = given.device_id, result = nullif(given.result, '')::json
    from unnest(
      ${answers.map((it) => it.commandId)}::bigint[], ${answers.map((it) => it.vehicleId)}::bigint[],
      ${answers.map((it) => it.deviceId)}::bigint[],
      ${answers.map((it) => (it.ok ? 'acknowledged' : 'failed'))}::text[],
      ${answers.map((it) => it.result ?? '')}::text[]
    ) as given (id, vehicle_id, device_id, state, result)
    where commands.id = given.id and commands.vehicle_id = given.vehicle_id
      and commands.state not in ('acknowledged', 'failed')
    returning commands.id
  `
  return rows.map(({ id }) => id)
}
