import { useComputed } from '@preact/signals'
import { LIVE_STATES, type LiveState } from '../../contract/live-frame.ts'
import { useApp } from '../app-context.ts'
import { formatNumber } from '../format/format-number.ts'
import { StateBadge } from '../ui/state-badge.tsx'
import { countStates } from './count-states.ts'
import { Tile, TileFacts } from './tile.tsx'
import './fleet-tiles.css'

/** The number of vehicles in each state. A click shows only these on the map. */
export function StateTiles() {
  const { table, filter, navigate, preferences } = useApp()
  const counts = useComputed(() => {
    void table.values.value
    return countStates(table.state, table.count)
  }).value
  const locale = preferences.locale.value

  function show(state: LiveState): void {
    // Goes to the map first, because only there the filter is written to the address.
    navigate('/')
    filter.change({ states: new Set([state]) })
  }

  return (
    <ul class="fleet-tiles">
      {LIVE_STATES.map((state) => (
        <li key={state}>
          <button class="fleet-tiles__state" type="button" onClick={() => show(state)}>
            <StateBadge state={state} />
            <span class="fleet-tiles__count">{formatNumber(counts[state], locale)}</span>
            <span class="visually-hidden">vehicles, show them on the map</span>
          </button>
        </li>
      ))}
    </ul>
  )
}

interface Counts {
  online: number
  offline: number
  never: number
}

export function DevicesTile({ devices }: { devices: Counts }) {
  const locale = useApp().preferences.locale.value
  const { online, offline, never } = devices
  return (
    <Tile
      title="Devices online"
      value={formatNumber(online, locale)}
      unit={`of ${formatNumber(online + offline + never, locale)}`}
    >
      <TileFacts
        facts={[
          ['Offline', formatNumber(offline, locale)],
          ['Never online', formatNumber(never, locale)],
        ]}
      />
    </Tile>
  )
}
