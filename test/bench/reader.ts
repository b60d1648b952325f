import { once } from 'node:events'
import { fork } from 'node:child_process'
import { constants } from 'node:os'
import { fileURLToPath } from 'node:url'
import { lowerPriority } from '../../kit/priority.ts'
import type { History } from './history-readings.ts'
import { createPaths } from './mixed-paths.ts'
import { requestAtPace, type PacedRequests } from './paced-requests.ts'

/** Parameters of the mixed reads; all of them can be sent to another process. */
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
 * Sends requests from a separate process with the lowest priority: real readers are on other machines, and their
 * processor time is not a cost of the API. Its requests are still in time, or count as late.
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
