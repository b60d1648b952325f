import { LIVE_STATES, type LiveState } from '../../contract/live-frame.ts'
import { useApp } from '../app-context.ts'
import { formatNumber } from '../format/format-number.ts'
import { StateBadge } from '../ui/state-badge.tsx'

/** The most important states for a dispatcher come first. */
const SHOWN_STATES: readonly LiveState[] = [
  'alert',
  'moving',
  'idling',
  'stopped',
  'stale',
  'offline',
  'unknown',
]

/** A chip for each state with its number of vehicles, and the choice of a group. */
export function FilterControls() {
  const { filter, preferences } = useApp()
  const counts = filter.counts.value
  const chosen = filter.states.value
  const groups = filter.groups.value
  const group = filter.group.value

  function toggle(state: LiveState): void {
    const states = new Set(chosen)
    if (!states.delete(state)) states.add(state)
    // Choosing all states shows the same as choosing none.
    filter.change({ states: states.size === LIVE_STATES.length ? new Set() : states })
  }

  return (
    <>
      <div class="vehicle-list__chips" role="group" aria-label="States">
        {SHOWN_STATES.map((state) => (
          <button
            key={state}
            type="button"
            class="vehicle-list__chip"
            aria-pressed={chosen.has(state)}
            onClick={() => toggle(state)}
          >
            <StateBadge state={state} />
            <span class="vehicle-list__tally">
              {formatNumber(counts[state], preferences.locale.value, 0)}
            </span>
          </button>
        ))}
      </div>
      {(groups.length > 0 || group !== undefined) && (
        <select
          class="vehicle-list__group"
          aria-label="Group"
          value={group ?? ''}
          onChange={(event) => filter.change({ group: event.currentTarget.value || undefined })}
        >
          <option value="">All groups</option>
          {group !== undefined && !groups.includes(group) && <option value={group}>{group}</option>}
          {groups.map((it) => (
            <option key={it} value={it}>
              {it}
            </option>
          ))}
        </select>
      )}
    </>
  )
}
