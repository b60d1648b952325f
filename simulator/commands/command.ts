import type { Progress } from '../progress.ts'

/** The result of a command: an object for `--json`, its text for a person, and whether all was well. */
export interface Outcome {
  result: { ok: boolean }
  text: string
}

export interface Surroundings {
  progress: Progress
  /** From this call on, the first SIGINT or SIGTERM aborts `stop` and the second one `giveUp`. */
  interrupts: () => { stop: AbortSignal; giveUp: AbortSignal }
  finish: (outcome: Outcome) => void
}
