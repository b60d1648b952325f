import type { Reading } from '../../contract/telemetry.ts'
import { pick, type Random } from '../driving/random.ts'
import { draftOf, type Draft } from './draft.ts'
import type { Element } from './element.ts'

export interface Events {
  /** The event at the time of this reading: the message of each device, `undefined` if nothing happens. */
  next(reading: Element | undefined): ((device: number) => Draft | undefined) | undefined
}

const KINDS: readonly Reading[] = [
  { status: 'sos' },
  { status: 'harsh_braking' },
  { status: 'ignition_on', ignition: true },
  { status: 'door_open', extra: { door: 1 } },
]

/**
 * Events beside the periodic readings, in messages of their own. Half of them are noticed by all devices, which then send
 * equal readings. Events have no `seq`, so that two of one kind in the same second are equal as well.
 * @param share 0..1 of the turns have an event
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
