import { setTimeout as sleep } from 'node:timers/promises'
import type { Draft } from '../traffic/draft.ts'
import type { Source } from '../traffic/source.ts'
import type { Outgoing } from './ledger.ts'
import { createPace } from './pace.ts'

export interface TurnsOptions {
  vehicles: readonly Vehicle[]
  /** messages a second of all vehicles together */
  rate: number
  durationMs: number
  stop: AbortSignal
  /** Whether the vehicle may send now; otherwise its turn passes. */
  mayTurn(vehicle: Vehicle): boolean
  send(batch: Outgoing[]): void
  /** called at every tick with the fraction that is done, 0 to 1 */
  onTick(done: number): void
}

/** A vehicle and the places of its devices in the fleet. */
export interface Vehicle {
  source: Source
  devices: readonly number[]
}

const TICK_MS = 10

/** Gives the vehicles their turns, one after the other, at an even rate. Resolves with the seconds that this took. */
export async function takeTurns(options: TurnsOptions): Promise<number> {
  const { vehicles, durationMs, stop } = options
  const began = performance.now()
  const pace = createPace(options.rate, began)
  let turn = 0
  // A turn gives a message to each device of a vehicle, which may be more than are due.
  let due = 0
  for (let now = began; !stop.aborted && now - began < durationMs; now = performance.now()) {
    const batch: Outgoing[] = []
    for (due += pace.due(now); due > 0;) {
      const vehicle = vehicles[turn++ % vehicles.length]!
      due -= vehicle.devices.length
      if (options.mayTurn(vehicle)) address(vehicle, vehicle.source.next(Date.now()), batch)
    }
    options.send(batch)
    options.onTick((now - began) / durationMs)
    await sleep(Math.min(TICK_MS, Math.max(0, durationMs - (now - began))))
  }
  const seconds = (performance.now() - began) / 1000
  const rest: Outgoing[] = []
  for (const vehicle of vehicles) address(vehicle, vehicle.source.flush(), rest)
  options.send(rest)
  return seconds
}

function address({ devices }: Vehicle, drafts: readonly Draft[], batch: Outgoing[]): void {
  for (const draft of drafts) batch.push({ index: devices[draft.device ?? 0]!, draft })
}
