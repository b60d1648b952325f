import { closeSync, openSync, writeSync } from 'node:fs'
import { FleetwireError, messageOf } from '../../kit/errors.ts'
import type { LatencySecond } from './latency-series.ts'

export interface LatencyLog {
  write: (second: LatencySecond) => void
  close(): void
}

/**
 * A file of JSON lines, one for each second in which something was acknowledged, written when the second is over. An existing
 * file is overwritten. Throws `latency_log_unusable`.
 */
export function openLatencyLog(file: string): LatencyLog {
  const descriptor = open(file)
  return {
    write: (second) => void writeSync(descriptor, `${JSON.stringify(second)}\n`),
    close: () => closeSync(descriptor),
  }
}

function open(file: string): number {
  try {
    return openSync(file, 'w')
  } catch (cause) {
    throw new FleetwireError('latency_log_unusable', `cannot write the latency log: ${messageOf(cause)}`, {
      cause,
    })
  }
}
