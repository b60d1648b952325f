import { seek, type Playback } from './playback.ts'

/** Step of the arrow keys. */
const STEP_MS = 10_000

export interface ScrubberProps {
  playback: Playback
  /** the time of the playback in words */
  text: string
  change: (fn: (it: Playback) => Playback) => void
}

/** A slider over the time of a playback. */
export function Scrubber({ playback, text, change }: ScrubberProps) {
  const { fromMs, toMs, atMs } = playback
  const pageMs = (toMs - fromMs) / 10
  const steps: Record<string, number> = {
    ArrowLeft: -STEP_MS,
    ArrowDown: -STEP_MS,
    ArrowRight: STEP_MS,
    ArrowUp: STEP_MS,
    PageDown: -pageMs,
    PageUp: pageMs,
  }
  return (
    <input
      class="replay-player__scrubber"
      type="range"
      aria-label="Time"
      aria-valuetext={text}
      min={fromMs}
      max={toMs}
      step={1}
      value={atMs}
      onInput={(event) => {
        const to = event.currentTarget.valueAsNumber
        change((it) => seek(it, to))
      }}
      onKeyDown={(event) => {
        const step = steps[event.key]
        if (step === undefined) return
        event.preventDefault()
        change((it) => seek(it, it.atMs + step))
      }}
    />
  )
}
