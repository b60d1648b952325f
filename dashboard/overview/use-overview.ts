import { useEffect, useRef, useState } from 'preact/hooks'
import type { Problem, Schemas } from '../../client/client.ts'
import type { App } from '../app-context.ts'
import { remember, type Seen } from './samples.ts'

/** Between an answer and the next question. */
const INTERVAL_MS = 5000
/** The API asks the broker for up to 4 s, and its database besides. */
const TIMEOUT_MS = 15_000

export interface OverviewState {
  /** the newest that came */
  overview: Schemas['Overview'] | undefined
  seen: Seen | undefined
  /** when it came, on the clock of `performance.now()` */
  atMs: number
  /** why there is nothing newer; `problem` is undefined when there was no answer at all */
  failure: { problem: Problem | undefined } | undefined
}

const NOTHING: OverviewState = { overview: undefined, seen: undefined, atMs: 0, failure: undefined }

/** Asks every 5 seconds while the page is to be seen, and keeps what it knows while the API is away. */
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
