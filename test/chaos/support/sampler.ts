import { setTimeout as sleep } from 'node:timers/promises'

export interface Sample {
  /** epoch milliseconds */
  atMs: number
  value: number
}

export interface Sampler {
  samples: readonly Sample[]
  stop(): Promise<void>
}

/** Takes samples at an interval, and omits those that are `undefined`. */
export function sampleEvery(
  everyMs: number,
  look: () => number | undefined | Promise<number | undefined>,
): Sampler {
  const samples: Sample[] = []
  const stopped = new AbortController()
  const done = (async () => {
    while (!stopped.signal.aborted) {
      const value = await look()
      if (value !== undefined) samples.push({ atMs: Date.now(), value })
      await sleep(everyMs, undefined, { signal: stopped.signal }).catch(() => {})
    }
  })()
  return {
    samples,
    async stop() {
      stopped.abort()
      await done
    },
  }
}
