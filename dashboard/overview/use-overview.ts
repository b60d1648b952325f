import { useEffect, useRef, useState } from 'preact/hooks'
import type { Problem, Schemas } from '../../client/client.ts'
import type { App } from '../app-context.ts'
import { remember, type Seen } from './samples.ts'

/** Time between a response and the next request. */
const INTERVAL_MS = 5000
/** The API waits up to 4 s for the broker, and also for its database. */
const TIMEOUT_MS = 15_000

export interface OverviewState {
  /** the newest response */
  overview: Schemas['Overview'] | undefined
  seen: Seen | undefined
  /** time of the response, on the clock of `performance.now()` */
  atMs: number
  /** why the last request failed; `problem` is `undefined` if there was no response */
  failure: { problem: Problem | undefined } | undefined
}

const NOTHING: OverviewState = { overview: undefined, seen: undefined, atMs: 0, failure: undefined }

/** Loads the overview every 5 s while the page is visible, and keeps the last one while the API is away. */
export function useOverview(api: App['api']): OverviewState & { reload: () => void } {
  const [state, setState] = useState(NOTHING)
  const ask = useRef(() => {})

  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined
    let asking: AbortController | undefined

    async function load(): Promise<void> {
      clearTimeout(timer)
      asking?.abort()
      const controller = (asking = new AbortController())
      const signal = AbortSignal.any([controller.signal, AbortSignal.timeout(TIMEOUT_MS)])
      const answer = await api
        .GET('/api/overview', { signal })
        .catch(() => ({ data: undefined, error: undefined }))
      if (controller.signal.aborted) return
      const { data, error } = answer
      setState((before) => {
        if (data === undefined) return { ...before, failure: { problem: error } }
        const seen = data.broker ? remember(before.seen, data.broker) : before.seen
        return { overview: data, seen, atMs: performance.now(), failure: undefined }
      })
      if (document.visibilityState === 'visible') timer = setTimeout(() => void load(), INTERVAL_MS)
    }

    function onVisibility(): void {
      if (document.visibilityState === 'visible') void load()
      else clearTimeout(timer)
    }

    ask.current = () => void load()
    document.addEventListener('visibilitychange', onVisibility)
    void load()
    return () => {
      document.removeEventListener('visibilitychange', onVisibility)
      clearTimeout(timer)
      asking?.abort()
    }
  }, [api])

  return { ...state, reload: () => ask.current() }
}
