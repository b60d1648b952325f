import type { MovedLine } from '../journal/line.ts'
import type { JournalIndex, MessageRef } from '../journal/read.ts'
import { append } from './append.ts'

/** Finds the vehicle of a reading: the vehicle that its device was in at the time of the reading. */
export interface Placement {
  /** `sentTo` is the vehicle of the message's topic, which is the result for a device that was never moved. */
  vehicleOf(device: string, sentTo: string, us: number): string
  /** vehicles that a device was moved out of or into */
  touched: ReadonlySet<string>
  /** for each vehicle the messages that may have readings of it */
  messagesOf(vehicle: string): readonly MessageRef[]
  vehicles: readonly string[]
}

export function createPlacement({ messages, moves }: Pick<JournalIndex, 'messages' | 'moves'>): Placement {
  const movesOf = new Map<string, MovedLine[]>()
  for (const move of moves) append(movesOf, move.moved, move)
  const touched = new Set(moves.flatMap(({ from, to }) => [from, to]))
  // Messages of moved devices are also listed under every other vehicle that they were ever in.
  const strangers = new Map<string, MessageRef[]>()
  for (const [vehicle, refs] of messages) {
    if (!touched.has(vehicle)) continue
    for (const ref of refs) {
      const others = new Set((movesOf.get(ref.device) ?? []).flatMap(({ from, to }) => [from, to]))
      others.delete(vehicle)
      for (const other of others) append(strangers, other, ref)
    }
  }
  return {
    vehicleOf(device, sentTo, us) {
      const own = movesOf.get(device)
      if (own === undefined) return sentTo
      return own.findLast((it) => us >= it.at * 1000)?.to ?? own[0]?.from ?? sentTo
    },
    touched,
    messagesOf: (vehicle) => [...(messages.get(vehicle) ?? []), ...(strangers.get(vehicle) ?? [])],
    vehicles: [...new Set([...messages.keys(), ...touched])],
  }
}
