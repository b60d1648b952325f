import { useEffect, useState } from 'preact/hooks'
import { advance, createPlayback, toggle, type Playback } from './playback.ts'

type Change = (fn: (it: Playback) => Playback) => void

/** A playback that advances with the screen's frames and that the space bar starts and pauses. Times: milliseconds since 1970. */
export function usePlayback(fromMs: number, toMs: number): { playback: Playback; change: Change } {
  const [playback, setPlayback] = useState(() => createPlayback(fromMs, toMs))
  const { isPlaying } = playback
  useEffect(() => (isPlaying ? advanceByFrames(setPlayback) : undefined), [isPlaying])
  useEffect(() => onSpaceBar(() => setPlayback(toggle)), [])
  return { playback, change: setPlayback }
}

/** Advances the playback with each frame. Returns a function that stops this. */
function advanceByFrames(change: Change): () => void {
  let beforeMs = performance.now()
  let frame = requestAnimationFrame(function step(nowMs) {
    const elapsedMs = nowMs - beforeMs
    beforeMs = nowMs
    change((it) => advance(it, elapsedMs))
    frame = requestAnimationFrame(step)
  })
  return () => cancelAnimationFrame(frame)
}

/** Calls `action` for the space bar, except where the focused element uses it. Returns a function that stops this. */
function onSpaceBar(action: () => void): () => void {
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key !== ' ' || event.defaultPrevented || !isFree(event.target)) return
    event.preventDefault()
    action()
  }
  document.addEventListener('keydown', onKeyDown)
  return () => document.removeEventListener('keydown', onKeyDown)
}

function isFree(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return true
  return !target.matches(
    'input:not([type=range]), textarea, select, button, a, summary, [role=listbox], [role=tab]',
  )
}
