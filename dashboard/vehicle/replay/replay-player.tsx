import { useEffect, useRef, useState } from 'preact/hooks'
import { useApp, type TrackPoint } from '../../app-context.ts'
import { formatNumber } from '../../format/format-number.ts'
import { formatSpeed } from '../../format/format-speed.ts'
import { formatClock, formatDateTime } from '../../format/format-time.ts'
import { Button } from '../../ui/button.tsx'
import { Icon } from '../../ui/icon.tsx'
import { advance, createPlayback, PLAYBACK_SPEEDS, seek, toggle, type Playback } from './playback.ts'
import { pointAt } from './track.ts'
import './replay-player.css'

/** Of the keyboard on the scrubber. */
const STEP_MS = 10_000

/** Plays a track; the map follows `app.replay`, which is gone when this is. */
export function ReplayPlayer({ vehicle, track }: { vehicle: string; track: readonly TrackPoint[] }) {
  const { replay, preferences } = useApp()
  const fromMs = track[0]?.timeMs ?? 0
  const toMs = track.at(-1)?.timeMs ?? 0
  const [playback, setPlayback] = useState(() => createPlayback(fromMs, toMs))
  const { atMs, isPlaying, speed } = playback

  useEffect(() => {
    replay.value = { vehicle, track, atMs }
  }, [vehicle, track, atMs])
  useEffect(
    () => () => {
      replay.value = undefined
    },
    [],
  )

  useEffect(() => {
    if (!isPlaying) return undefined
    let beforeMs = performance.now()
    let frame = requestAnimationFrame(function step(nowMs) {
      const elapsedMs = nowMs - beforeMs
      beforeMs = nowMs
      setPlayback((it) => advance(it, elapsedMs))
      frame = requestAnimationFrame(step)
    })
    return () => cancelAnimationFrame(frame)
  }, [isPlaying])

  const change = useRef((fn: (it: Playback) => Playback) => setPlayback(fn)).current
  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent) => {
      if (event.key !== ' ' || event.defaultPrevented || !isFree(event.target)) return
      event.preventDefault()
      change(toggle)
    }
    document.addEventListener('keydown', onKeyDown)
    return () => document.removeEventListener('keydown', onKeyDown)
  }, [])

  const locale = preferences.locale.value
  const point = pointAt(track, atMs)
  const heading = point?.heading
  return (
    <div class="replay-player">
      <p class="replay-player__clock">
        <time dateTime={new Date(atMs).toISOString()}>{formatDateTime(atMs, locale)}</time>
        <span class="replay-player__speed">{formatSpeed(point?.speed, preferences.units.value, locale)}</span>
        {heading !== undefined && <span>{formatNumber(heading, locale, 0)}°</span>}
      </p>
      <input
        class="replay-player__scrubber"
        type="range"
        aria-label="Time"
        aria-valuetext={formatClock(atMs, locale)}
        min={fromMs}
        max={toMs}
        step={1}
        value={atMs}
        onInput={(event) => {
          const to = event.currentTarget.valueAsNumber
          setPlayback((it) => seek(it, to))
        }}
        onKeyDown={(event) => {
          const steps: Record<string, number> = {
            ArrowLeft: -STEP_MS,
            ArrowDown: -STEP_MS,
            ArrowRight: STEP_MS,
            ArrowUp: STEP_MS,
            PageDown: -(toMs - fromMs) / 10,
            PageUp: (toMs - fromMs) / 10,
          }
          const step = steps[event.key]
          if (step === undefined) return
          event.preventDefault()
          setPlayback((it) => seek(it, it.atMs + step))
        }}
      />
      <p class="replay-player__ends">
        <span>{formatClock(fromMs, locale)}</span>
        <span>{formatClock(toMs, locale)}</span>
      </p>
      <div class="vehicle-panel__tools">
        <Button kind="primary" onClick={() => setPlayback(toggle)}>
          <Icon name={isPlaying ? 'pause' : 'play'} /> {isPlaying ? 'Pause' : 'Play'}
        </Button>
        <select
          aria-label="Speed of the replay"
          value={String(speed)}
          onChange={({ currentTarget }) => {
            const chosen = PLAYBACK_SPEEDS.find((it) => String(it) === currentTarget.value)
            if (chosen !== undefined) setPlayback((it) => ({ ...it, speed: chosen }))
          }}
        >
          {PLAYBACK_SPEEDS.map((it) => (
            <option key={it} value={String(it)}>
              {it}x
            </option>
          ))}
        </select>
        <span class="vehicle-panel__note">{formatNumber(track.length, locale, 0)} positions</span>
      </div>
    </div>
  )
}

/** Whether the space bar means nothing else where the focus is. */
function isFree(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return true
  return !target.matches(
    'input:not([type=range]), textarea, select, button, a, summary, [role=listbox], [role=tab]',
  )
}
