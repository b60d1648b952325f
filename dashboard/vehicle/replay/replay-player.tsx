import { useEffect } from 'preact/hooks'
import { useApp, type TrackPoint } from '../../app-context.ts'
import { formatNumber } from '../../format/format-number.ts'
import { formatSpeed } from '../../format/format-speed.ts'
import { formatClock, formatDateTime } from '../../format/format-time.ts'
import { Button } from '../../ui/button.tsx'
import { Icon } from '../../ui/icon.tsx'
import { PLAYBACK_SPEEDS, toggle, type PlaybackSpeed } from './playback.ts'
import { Scrubber } from './scrubber.tsx'
import { pointAt } from './track.ts'
import { usePlayback } from './use-playback.ts'
import './replay-player.css'

/** Plays a track. The map shows `app.replay`, which ends with this component. */
export function ReplayPlayer({ vehicle, track }: { vehicle: string; track: readonly TrackPoint[] }) {
  const { replay, preferences } = useApp()
  const { playback, change } = usePlayback(track[0]?.timeMs ?? 0, track.at(-1)?.timeMs ?? 0)
  const { fromMs, toMs, atMs, isPlaying, speed } = playback

  useEffect(() => {
    replay.value = { vehicle, track, atMs }
  }, [vehicle, track, atMs])
  useEffect(
    () => () => {
      replay.value = undefined
    },
    [],
  )

  const locale = preferences.locale.value
  return (
    <div class="replay-player">
      <Clock track={track} atMs={atMs} />
      <Scrubber playback={playback} text={formatClock(atMs, locale)} change={change} />
      <p class="replay-player__ends">
        <span>{formatClock(fromMs, locale)}</span>
        <span>{formatClock(toMs, locale)}</span>
      </p>
      <div class="vehicle-panel__tools">
        <Button kind="primary" onClick={() => change(toggle)}>
          <Icon name={isPlaying ? 'pause' : 'play'} /> {isPlaying ? 'Pause' : 'Play'}
        </Button>
        <SpeedChoice speed={speed} onChange={(chosen) => change((it) => ({ ...it, speed: chosen }))} />
        <span class="vehicle-panel__note">{formatNumber(track.length, locale, 0)} positions</span>
      </div>
    </div>
  )
}

/** The time that is shown, and the vehicle's speed and heading then. */
function Clock({ track, atMs }: { track: readonly TrackPoint[]; atMs: number }) {
  const { preferences } = useApp()
  const locale = preferences.locale.value
  const point = pointAt(track, atMs)
  return (
    <p class="replay-player__clock">
      <time dateTime={new Date(atMs).toISOString()}>{formatDateTime(atMs, locale)}</time>
      <span class="replay-player__speed">{formatSpeed(point?.speed, preferences.units.value, locale)}</span>
      {point?.heading !== undefined && <span>{formatNumber(point.heading, locale, 0)}°</span>}
    </p>
  )
}

interface SpeedChoiceProps {
  speed: PlaybackSpeed
  onChange: (speed: PlaybackSpeed) => void
}

function SpeedChoice({ speed, onChange }: SpeedChoiceProps) {
  return (
    <select
      aria-label="Speed of the replay"
      value={String(speed)}
      onChange={({ currentTarget }) => {
        const chosen = PLAYBACK_SPEEDS.find((it) => String(it) === currentTarget.value)
        if (chosen !== undefined) onChange(chosen)
      }}
    >
      {PLAYBACK_SPEEDS.map((it) => (
        <option key={it} value={String(it)}>
          {it}x
        </option>
      ))}
    </select>
  )
}
