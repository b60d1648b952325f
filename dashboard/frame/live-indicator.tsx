import { useEffect, useState } from 'preact/hooks'
import { useApp } from '../app-context.ts'
import { Button } from '../ui/button.tsx'
import { Icon } from '../ui/icon.tsx'
import { liveText } from './live-text.ts'
import './live-indicator.css'

/** A dot and a word for the state of the live feed. */
export function LiveIndicator() {
  const { live } = useApp()
  const { state } = live.value
  const { word } = liveText(live.value, performance.now(), undefined)
  return (
    <span class={`live-indicator live-indicator--${state}`} title={`Live feed: ${word.toLowerCase()}`}>
      <span class="live-indicator__dot" aria-hidden="true" />
      {word}
    </span>
  )
}

/** A banner over the view while the live feed has a problem. */
export function LiveTrouble({ onRetry }: { onRetry: () => void }) {
  const { live, preferences } = useApp()
  const { state } = live.value
  const nowMs = useTicks(state !== 'live')
  const { trouble } = liveText(live.value, nowMs, preferences.locale.value)
  return (
    <div class="live-trouble-region">
      {/* Read once for each state, not at every second of the countdown. */}
      <span class="visually-hidden" role="status">
        {state === 'live'
          ? 'Live'
          : state === 'stale'
            ? 'No live data'
            : state === 'reconnecting' && 'Not live'}
      </span>
      {trouble !== undefined && (
        <div class={`live-trouble live-trouble--${state}`}>
          <Icon name={state === 'stale' ? 'alert' : 'wifi-off'} />
          <span class="live-trouble__text">{trouble}</span>
          {state === 'reconnecting' && <Button onClick={onRetry}>Retry now</Button>}
        </div>
      )}
    </div>
  )
}

/** Milliseconds of `performance.now()`; updated twice a second while `isOn`. */
function useTicks(isOn: boolean): number {
  const [, setTicks] = useState(0)
  useEffect(() => {
    if (!isOn) return undefined
    const timer = setInterval(() => setTicks((it) => it + 1), 500)
    return () => clearInterval(timer)
  }, [isOn])
  return performance.now()
}
