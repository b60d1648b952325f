import type { Reading } from '../../contract/telemetry.ts'
import { pick, type Random } from '../driving/random.ts'
import { draftOf, type Draft } from './draft.ts'
import type { Element } from './element.ts'

export interface Events {
  /**
   * The event that happens at the time of this reading, as a function from device to its message; `undefined` if none
   * happens.
   */
  next(reading: Element | undefined): ((device: number) => Draft | undefined) | undefined
}

const KINDS: readonly Reading[] = [
  { status: 'sos' },
  { status: 'harsh_braking' },
  { status: 'ignition_on', ignition: true },
  { status: 'door_open', extra: { door: 1 } },
]

/**
 * Events in addition to the periodic readings, in separate messages. Half of them are noticed by all devices, which then send
 * equal readings. Events have no `seq`, so that two events of the same kind in the same second are equal as well.
 * @param share fraction of turns with an event, 0 to 1
 */
export function createEvents(random: Random, share: number): Events {
  return {
    next(reading) {
      if (share === 0 || reading === undefined || random() >= share) return undefined
      const { time } = JSON.parse(reading.text) as Reading
      const text = JSON.stringify({ time, ...pick(random, KINDS) })
      const everyone = random() < 0.5
      return (device) => (device === 0 || everyone ? draftOf([{ text }], false) : undefined)
    },
  }
}
