/** Seconds of the track per second of the viewer. */
export const PLAYBACK_SPEEDS = [1, 2, 5, 10, 30, 60, 120] as const
export type PlaybackSpeed = (typeof PLAYBACK_SPEEDS)[number]

/** Longest step, so that a page that was hidden continues where it was. */
const STEP_MS_MAX = 1000

/** The place of a replay in its time range. Times are in milliseconds since 1970. */
export interface Playback {
  fromMs: number
  toMs: number
  atMs: number
  speed: PlaybackSpeed
  isPlaying: boolean
}

export function createPlayback(fromMs: number, toMs: number): Playback {
  return { fromMs, toMs, atMs: fromMs, speed: 10, isPlaying: false }
}

/** The playback after `elapsedMs` of the viewer's time. It stops at the end. */
export function advance(playback: Playback, elapsedMs: number): Playback {
  if (!playback.isPlaying) return playback
  const step = Math.min(Math.max(elapsedMs, 0), STEP_MS_MAX) * playback.speed
  const atMs = Math.min(playback.atMs + step, playback.toMs)
  return { ...playback, atMs, isPlaying: atMs < playback.toMs }
}

/** Plays or pauses. At the end, it starts over. */
export function toggle(playback: Playback): Playback {
  if (playback.isPlaying) return { ...playback, isPlaying: false }
  const isOver = playback.atMs >= playback.toMs
  return {
    ...playback,
    isPlaying: playback.toMs > playback.fromMs,
    atMs: isOver ? playback.fromMs : playback.atMs,
  }
}

export function seek(playback: Playback, atMs: number): Playback {
  return { ...playback, atMs: Math.min(Math.max(atMs, playback.fromMs), playback.toMs) }
}
