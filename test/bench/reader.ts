import { once } from 'node:events'
import { fork } from 'node:child_process'
import { constants } from 'node:os'
import { fileURLToPath } from 'node:url'
import { lowerPriority } from '../../kit/priority.ts'
import type { History } from './history-readings.ts'
import { createPaths } from './mixed-paths.ts'
import { requestAtPace, type PacedRequests } from './paced-requests.ts'

/** How mixed reads are asked for; all of it can be sent to another process. */
export interface Reading {
  url: string
  token: string
  history: History
  seed: number
  perS: number
  seconds: number
  connections: number
}

/**
 * Asks from a process of its own, of the lowest priority: readers are elsewhere, and what they need of the processors here is
 * not what the API costs. It still is in time, or requests count as late.
 */
export async function readElsewhere(reading: Reading): Promise<PacedRequests> {
  const child = fork(fileURLToPath(import.meta.url), ['--reader'], { detached: true })
  child.send(reading)
  const [result] = (await Promise.race([once(child, 'message'), once(child, 'exit')])) as [unknown]
  if (typeof result !== 'object' || result === null)
    throw new Error(`the reader ended with code ${String(result)}`)
  return result as PacedRequests
}

if (process.argv[2] === '--reader') {
  process.once('message', (reading: Reading) => void answer(reading))
}

async function answer({ history, seed, ...pace }: Reading): Promise<void> {
  await lowerPriority(process.pid, constants.priority.PRIORITY_LOW)
  const result = await requestAtPace({ ...pace, nextPath: createPaths(history, seed) })
  process.send?.(result, () => process.exit(0))
}
