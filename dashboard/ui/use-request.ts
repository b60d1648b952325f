import { useCallback, useEffect, useState } from 'preact/hooks'
import type { Problem } from '../../client/client.ts'

export interface RequestState<T> {
  state: 'loading' | 'ready' | 'failed'
  data?: T | undefined
  /** if `state` is `failed`; `undefined` if there was no response */
  error?: Problem | undefined
  /** Sends the request again. The current data stays until the response comes. */
  reload: () => void
}

/** Sends a request when the component is rendered and when one of `deps` changes, which aborts the previous request. */
export function useRequest<T>(
  fn: (signal: AbortSignal) => Promise<{ data?: T | undefined; error?: Problem | undefined }>,
  deps: readonly unknown[],
): RequestState<T> {
  const [answer, setAnswer] = useState<{ of: readonly unknown[]; value: Omit<RequestState<T>, 'reload'> }>()
  const [round, setRound] = useState(0)
  const reload = useCallback(() => setRound((it) => it + 1), [])

  useEffect(() => {
    const controller = new AbortController()
    const { signal } = controller
    fn(signal).then(
      ({ data, error }) => {
        if (!signal.aborted)
          setAnswer({ of: deps, value: error ? { state: 'failed', error } : { state: 'ready', data } })
      },
      () => {
        if (!signal.aborted) setAnswer({ of: deps, value: { state: 'failed' } })
      },
    )
    return () => controller.abort()
  }, [...deps, round])

  const isOfThese = answer !== undefined && deps.every((it, index) => Object.is(it, answer.of[index]))
  const current = isOfThese ? answer.value : { state: 'loading' as const }
  return { ...current, reload }
}
