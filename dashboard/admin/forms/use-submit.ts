import { useRef, useState } from 'preact/hooks'
import type { Problem } from '../../../client/client.ts'
import type { Answer } from './answer.ts'

export interface Submit {
  isBusy: boolean
  /** of the last attempt */
  problem: Problem | undefined
  /** Runs `action` unless one is running, and calls `onDone` if it succeeded. */
  run: <T>(action: () => Promise<Answer<T>>, onDone: (answer: Answer<T>) => void) => void
  /** As `run`, for an action that returns the saved record. */
  save: <T>(action: () => Promise<Answer<T>>, onSaved: (record: T) => void) => void
}

/** Sends a form, and keeps the reason of a refusal. */
export function useSubmit(): Submit {
  const [isBusy, setBusy] = useState(false)
  const [problem, setProblem] = useState<Problem>()
  const busy = useRef(false)

  const run: Submit['run'] = (action, onDone) => {
    if (busy.current) return
    busy.current = true
    setBusy(true)
    setProblem(undefined)
    void action().then((answer) => {
      busy.current = false
      setBusy(false)
      setProblem(answer.problem)
      if (answer.problem === undefined) onDone(answer)
    })
  }
  return {
    isBusy,
    problem,
    run,
    save: (action, onSaved) => run(action, ({ data }) => data && onSaved(data)),
  }
}
