import { useRef, useState } from 'preact/hooks'
import type { Problem } from '../../../client/client.ts'
import type { Answer } from './answer.ts'

export interface Submit {
  isBusy: boolean
  /** of the last time */
  problem: Problem | undefined
  /** Does it, once at a time; `onDone` when it succeeded. */
  run: <T>(action: () => Promise<Answer<T>>, onDone: (answer: Answer<T>) => void) => void
}

/** What a form sends, and why it was refused. */
export function useSubmit(): Submit {
  const [isBusy, setBusy] = useState(false)
  const [problem, setProblem] = useState<Problem>()
  const busy = useRef(false)
  return {
    isBusy,
    problem,
    run(action, onDone) {
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
    },
  }
}
