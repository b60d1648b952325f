import { setTimeout as sleep } from 'node:timers/promises'
import type { Source } from '../traffic/source.ts'
import type { Outgoing } from './ledger.ts'
import { createPace } from './pace.ts'

export interface TurnsOptions {
  sources: readonly Source[]
  /** messages a second of all vehicles together */
  rate: number
  durationMs: number
  stop: AbortSignal
  /** Whether the vehicle may send now; its turn passes when not. */
  mayTurn(index: number): boolean
  send(batch: Outgoing[]): void
  /** is called at every tick with 0..1 */
  onTick(done: number): void
}

const TICK_MS = 10

/** Gives the vehicles their turns, one after the other, at an even rate. Returns the seconds that this took. */
export async function takeTurns(options: TurnsOptions): Promise<number> {
  const { sources, durationMs, stop } = options
  const began = performance.now()
  const pace = createPace(options.rate, began)
  let turn = 0
  for (let now = began; !stop.aborted && now - began < durationMs; now = performance.now()) {
    const batch: Outgoing[] = []
    for (let due = pace.due(now); due > 0; due--) {
      const index = turn++ % sources.length
      if (!options.mayTurn(index)) continue
      for (const draft of sources[index]!.next(Date.now())) batch.push({ index, draft })
    }
    options.send(batch)
    options.onTick((now - began) / durationMs)
    await sleep(Math.min(TICK_MS, Math.max(0, durationMs - (now - began))))
  }
  const seconds = (performance.now() - began) / 1000
  options.send(sources.flatMap((source, index) => source.rest().map((draft) => ({ index, draft }))))
  return seconds
}
