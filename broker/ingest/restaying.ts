import { isDeepStrictEqual } from 'node:util'
import { formatTime } from '../../contract/time.ts'
import type { Sql } from '../../sql/connect.ts'
import type { Stay } from '../accept.ts'
import { decode } from './decode.ts'
import { areCut, withOlderStays, type FindStaysAt } from './older-stays.ts'
import { stayAt, timeOf } from './placing.ts'
import { RECEIPT_STEP_US } from './receipt-clock.ts'
import type { SpooledMessage } from './spool/chunk.ts'

/** The stays of many devices, by device id; devices that were deleted, or that never moved, are absent. */
export type FindStays = (
  sql: Sql,
  deviceIds: readonly number[],
) => Promise<ReadonlyMap<number, readonly Stay[]>>

export interface RestayQueries {
  findStays: FindStays
  findStaysAt: (sql: Sql, ...question: Parameters<FindStaysAt>) => ReturnType<FindStaysAt>
}

/** A reading that is in another vehicle now than at its receipt. */
interface MovedReading {
  message: SpooledMessage
  /** of its receipt */
  vehicleId: number
  deviceId: number
  timeUs: number
}

/**
 * Maximum of moved readings in one batch. A message has up to 1000, and each costs a look-up in an index.
 * @limit moved readings in a batch from the spool | the batch ends before the message that exceeds it
 */
const MOVED_MAX = 5000

/**
 * Messages from the spool with the stays that their devices have in the database now: a device may have been moved while the
 * broker could not learn of it. Changes after the receipt do not count, because the message was acknowledged for the fleet as
 * it was. For a replayed dead letter they do count. A message of a deleted device stays where it was at its receipt. Returns as
 * many messages as one batch may have, from the first on, and at least one. Rejects with an error of the server or of the connection.
 *
 * A reading may be stored already in the vehicle of its receipt: its batch committed late, or the broker died before the message
 * was removed. Then it stays in that vehicle, where it is a duplicate of itself.
 */
export async function restay(
  sql: Sql,
  { findStays, findStaysAt }: RestayQueries,
  messages: readonly SpooledMessage[],
): Promise<SpooledMessage[]> {
  const staysOf = await findStays(sql, [...new Set(messages.map(({ deviceId }) => deviceId))])
  const moved: MovedReading[] = []
  const restayed: SpooledMessage[] = []
  for (const message of messages) {
    const stays = staysOf.get(message.deviceId)
    if (stays === undefined || (isDeepStrictEqual(stays, message.stays) && !areCut(stays))) {
      restayed.push(message)
      continue
    }
    let after = { ...message, stays }
    if (areCut(stays)) after = await withOlderStays(after, (...question) => findStaysAt(sql, ...question))
    if (message.replay === undefined) after.stays = asReceived(after.stays, message.receivedUs)
    const readings = movedReadings(message, after)
    if (restayed.length > 0 && moved.length + readings.length > MOVED_MAX) break
    moved.push(...readings)
    restayed.push(after)
  }
  for (const reading of await findStored(sql, moved)) keepInPlace(reading)
  return restayed
}

/**
 * The stays as they were at a receipt. The last one has no end, because a reading may be ahead of its receipt. A vehicle that
 * was deleted later still exists in them.
 */
function asReceived(stays: readonly Stay[], receivedUs: number): readonly Stay[] {
  // A receipt is known to the millisecond.
  const endUs = receivedUs + 1000
  return stays
    .filter(({ sinceUs }, n) => n === 0 || sinceUs <= endUs)
    .map((stay) => ({
      ...stay,
      untilUs: stay.untilUs > endUs ? Infinity : stay.untilUs,
      isGone: stay.isGone && (stay.goneUs ?? -Infinity) <= receivedUs,
    }))
}

/** The readings that have another vehicle, or no vehicle, in `after`: the same message with other stays. */
function movedReadings(before: SpooledMessage, after: SpooledMessage): MovedReading[] {
  const decoded = before.refused ?? decode(before.payload)
  if ('code' in decoded) return []
  return decoded.readings.flatMap((reading, place) => {
    const timeUs = timeOf(reading, before.receivedUs + place * RECEIPT_STEP_US)
    const vehicleId = vehicleAt(before, timeUs)
    if (vehicleId === undefined || vehicleId === vehicleAt(after, timeUs)) return []
    return { message: after, vehicleId, deviceId: before.deviceId, timeUs }
  })
}

function vehicleAt({ vehicleId, stays }: SpooledMessage, timeUs: number): number | undefined {
  if (stays === undefined) return vehicleId
  const stay = stayAt(stays, timeUs)
  return stay?.isGone === false ? stay.vehicleId : undefined
}

/**
 * The readings that are stored in the vehicle of their receipt, by device and time. The look-up has a `limit`, so that the
 * planner cannot turn it into a join that reads partitions from end to end.
 */
async function findStored(sql: Sql, moved: readonly MovedReading[]): Promise<MovedReading[]> {
  if (moved.length === 0) return []
  const [fromUs, toUs] = moved.reduce(
    ([least, greatest], { timeUs }) => [Math.min(least, timeUs), Math.max(greatest, timeUs)],
    [Infinity, -Infinity] as [number, number],
  )
  const rows = await sql<{ place: number }[]>`
    select given.place
    from unnest(
      ${moved.map((_, place) => place)}::bigint[],
      ${moved.map(({ vehicleId }) => vehicleId)}::bigint[],
      ${moved.map(({ deviceId }) => deviceId)}::bigint[],
      ${moved.map(({ timeUs }) => formatTime(timeUs))}::text[]
    ) as given (place, vehicle_id, device_id, time)
    cross join lateral (
      select from telemetry
      where telemetry.vehicle_id = given.vehicle_id and telemetry.time = given.time::timestamptz
        and telemetry.device_id = given.device_id
        and telemetry.time between ${formatTime(fromUs)}::timestamptz and ${formatTime(toUs)}::timestamptz
      limit 1
    ) as stored`
  return rows.flatMap(({ place }) => moved[place] ?? [])
}

/** Adds a stay of one microsecond as the last one, where `stayAt` finds it first. */
function keepInPlace({ message, vehicleId, timeUs }: MovedReading): void {
  const kept: Stay = { vehicleId, sinceUs: timeUs, untilUs: timeUs + 1, isGone: false }
  message.stays = [...(message.stays ?? []), kept]
}
