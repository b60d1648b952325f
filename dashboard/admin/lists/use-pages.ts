import { useCallback, useEffect, useRef, useState } from 'preact/hooks'
import type { Problem } from '../../../client/client.ts'
import { answerOf } from '../forms/answer.ts'

interface Page<T> {
  items: T[]
  next_cursor: string | null
}

type FetchPage<T> = (
  cursor: string | undefined,
  signal: AbortSignal,
) => Promise<{ data?: Page<T> | undefined; error?: Problem | undefined; response: Response }>

export interface Pages<T> {
  /** of all pages read so far */
  items: readonly T[]
  state: 'loading' | 'ready' | 'failed'
  /** why the last request failed */
  problem: Problem | undefined
  hasMore: boolean
  /** Reads the next page and appends it. */
  more: () => void
  /** Reads the first page again. The current items stay until the new page arrives. */
  reload: () => void
}

interface LoadedPages<T> {
  items: readonly T[]
  cursor: string | null
  /** the `deps` for which the items were read */
  of: readonly unknown[]
}

/** Reads a list page by page. Starts over when one of `deps` changes. */
export function usePages<T>(fetchPage: FetchPage<T>, deps: readonly unknown[]): Pages<T> {
  const [read, setRead] = useState<LoadedPages<T>>()
  const [problem, setProblem] = useState<Problem>()
  const [isBusy, setBusy] = useState(true)
  const reading = useRef<AbortController>(undefined)

  async function load(cursor: string | undefined): Promise<void> {
    reading.current?.abort()
    const controller = (reading.current = new AbortController())
    setBusy(true)
    const { data, problem } = await answerOf(fetchPage(cursor, controller.signal))
    if (controller.signal.aborted) return
    setBusy(false)
    setProblem(problem)
    if (data === undefined) return
    setRead((before) => {
      const items = cursor === undefined ? data.items : [...(before?.items ?? []), ...data.items]
      return { items, cursor: data.next_cursor, of: deps }
    })
  }

  useEffect(() => {
    void load(undefined)
    return () => reading.current?.abort()
  }, deps)

  const latest = useRef(load)
  latest.current = load
  const matchesDeps = read !== undefined && deps.every((it, index) => Object.is(it, read.of[index]))
  const cursor = matchesDeps ? read.cursor : null
  return {
    items: matchesDeps ? read.items : [],
    state: problem ? 'failed' : isBusy && !matchesDeps ? 'loading' : 'ready',
    problem,
    hasMore: cursor !== null,
    more: useCallback(() => void latest.current(cursor ?? undefined), [cursor]),
    reload: useCallback(() => void latest.current(undefined), []),
  }
}
