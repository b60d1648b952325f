import { setTimeout as delay } from 'node:timers/promises'
import type { Message, Stay } from '../accept.ts'
import { decode } from './decode.ts'
import { timeOf } from './placing.ts'

/** The stays in which a device was at some times, microseconds since 1970. Rejects if the database cannot be asked. */
export type FindStaysAt = (deviceId: number, timesUs: readonly number[]) => Promise<readonly Stay[]>

/**
 * Messages that wait for an answer; further messages continue with the stays that they have.
 * @limit messages that wait for stays from the database | their readings from before the known stays are dead letters
 */
const WAITING_MAX = 100
/**
 * The longest wait of a message.
 * @limit the wait for stays from the database | the readings from before the known stays are dead letters
 */
const ANSWER_MS_MAX = 1000

/** Whether earlier stays of the device are in the database only. */
export function areCut(stays: readonly Stay[] | undefined): stays is readonly Stay[] {
  return stays !== undefined && (stays[0]?.sinceUs ?? -Infinity) > -Infinity
}

/**
 * The message with the earlier stays that its readings need. Only the newest stays of a device are known, and it may have been
 * moved more often than that.
 */
export async function withOlderStays<Given extends Message>(
  message: Given,
  findStaysAt: FindStaysAt,
): Promise<Given> {
  const { stays = [], deviceId } = message
  const knownFromUs = stays[0]?.sinceUs ?? -Infinity
  const decoded = message.refused ?? decode(message.payload)
  if ('code' in decoded) return message
  // A reading without a time is as old as its receipt.
  const times = new Set(decoded.readings.map((it) => timeOf(it, Infinity)).filter((it) => it < knownFromUs))
  if (times.size === 0) return message
  return { ...message, stays: [...(await findStaysAt(deviceId, [...times])), ...stays] }
}

/** The same for live messages. If the database does not answer in time, a message continues with the stays that it has. */
export function createOlderStays(findStaysAt: FindStaysAt): (message: Message) => Promise<Message> {
  let waiting = 0
  return async (message) => {
    if (waiting >= WAITING_MAX) return message
    waiting++
    const found = withOlderStays(message, findStaysAt)
      .catch(() => message)
      .finally(() => waiting--)
    return Promise.race([found, delay(ANSWER_MS_MAX, message, { ref: false })])
  }
}
