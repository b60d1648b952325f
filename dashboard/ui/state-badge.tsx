import type { LiveState } from '../../contract/live-frame.ts'
import './state-badge.css'

const WORDS: Record<LiveState, string> = {
  unknown: 'Unknown',
  moving: 'Moving',
  idling: 'Idling',
  stopped: 'Stopped',
  offline: 'Offline',
  alert: 'Alert',
  stale: 'Stale',
}

/** Each state has its own shape, for users who cannot distinguish the colours. */
const SHAPES: Record<LiveState, string> = {
  unknown: 'M6 1a5 5 0 1 0 0 10A5 5 0 1 0 6 1m0 2a3 3 0 1 1 0 6a3 3 0 1 1 0-6z',
  moving: 'M6 0l5 12l-5-3l-5 3z',
  idling: 'M6 1a5 5 0 1 0 0 10A5 5 0 1 0 6 1z',
  stopped: 'M1.5 1.5h9v9h-9z',
  offline: 'M2.4 1L6 4.6L9.6 1L11 2.4L7.4 6L11 9.6L9.6 11L6 7.4L2.4 11L1 9.6L4.6 6L1 2.4z',
  alert: 'M6 .5l6 11H0zM5.2 4.5v3.6h1.6V4.5zm0 4.4v1.5h1.6V8.9z',
  stale: 'M0 4h12v4H0z',
}

/** A state. With `last`, the state is not current: the last state and its age are shown. */
export function StateBadge({ state, last, age }: { state: LiveState; last?: LiveState; age?: string }) {
  return (
    <span class="state-badge">
      <svg
        class="state-badge__shape"
        viewBox="0 0 12 12"
        aria-hidden="true"
        style={{ color: `var(--state-${state})` }}
      >
        <path fill="currentColor" fill-rule="evenodd" d={SHAPES[state]} />
      </svg>
      {last ? `${WORDS[last]}, ${age} ago` : WORDS[state]}
    </span>
  )
}
