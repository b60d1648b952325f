import type { ComponentChildren } from 'preact'
import { useEffect, useState } from 'preact/hooks'
import { ErrorState } from '../../ui/error-state.tsx'
import { Loading } from '../../ui/loading.tsx'
import type { Answer } from './answer.ts'

export interface LoadedProps<T> {
  load: () => Promise<Answer<T>>
  /** `reload` reads it again, and shows it as if for the first time. */
  children: (data: T, etag: string | undefined, reload: () => void) => ComponentChildren
}

/** Reads one thing as it is now, before it is edited. */
export function Loaded<T>({ load, children }: LoadedProps<T>) {
  const [answer, setAnswer] = useState<Answer<T>>()
  const [round, setRound] = useState(0)

  useEffect(() => {
    let isOver = false
    setAnswer(undefined)
    void load().then((it) => {
      if (!isOver) setAnswer(it)
    })
    return () => void (isOver = true)
  }, [round])

  const reload = () => setRound((it) => it + 1)
  if (answer === undefined) return <Loading label="Loading" />
  if (answer.data === undefined) return <ErrorState problem={answer.problem} onRetry={reload} />
  return <>{children(answer.data, answer.etag, reload)}</>
}
