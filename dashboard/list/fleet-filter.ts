import { batch, computed, signal, type ReadonlySignal } from '@preact/signals'
import type { LiveState } from '../../contract/live-frame.ts'
import type { VehicleTable } from '../live/vehicle-table.ts'
import { createFilterAddress, type FilterAddressOptions } from './filter-address.ts'
import type { FilterChoice } from './filter-choice.ts'
import { createShownVehicles } from './shown-vehicles.ts'
import { createVehicleOrder } from './vehicle-order.ts'

/** Which vehicles the list and the map show; kept in the address. */
export interface FleetFilter {
  text: ReadonlySignal<string>
  /** empty for all states */
  states: ReadonlySignal<ReadonlySet<LiveState>>
  group: ReadonlySignal<string | undefined>
  /** rows of the table that are shown, in the list's order */
  rows: ReadonlySignal<Uint32Array>
  /** by row: 1 if it is shown */
  mask: ReadonlySignal<Uint8Array>
  /** vehicles in each state that match the text and the group */
  counts: ReadonlySignal<Record<LiveState, number>>
  groups: ReadonlySignal<readonly string[]>
  change(change: { text?: string; states?: ReadonlySet<LiveState>; group?: string | undefined }): void
}

export interface FleetFilterOptions
  extends
    Pick<FilterAddressOptions, 'route' | 'navigate'>,
    Partial<Pick<FilterAddressOptions, 'addressDelayMs'>> {
  table: VehicleTable
}

/** Filters the table's vehicles. Names are folded and sorted when the fleet's structure changes, not with each frame. */
export function createFleetFilter(options: FleetFilterOptions): FleetFilter & { close(): void } {
  const { table, route, navigate, addressDelayMs = 300 } = options
  const choice: FilterChoice = { text: signal(''), states: signal(new Set()), group: signal(undefined) }
  const order = createVehicleOrder(table)
  const address = createFilterAddress(choice, { route, navigate, addressDelayMs })
  const shown = createShownVehicles(table, order, choice)
  return {
    ...choice,
    rows: computed(() => shown.value.rows),
    mask: computed(() => shown.value.mask),
    counts: computed(() => shown.value.counts),
    groups: computed(() => order.value.groups),
    change(change) {
      batch(() => {
        if (change.text !== undefined) choice.text.value = change.text
        if (change.states !== undefined) choice.states.value = change.states
        if ('group' in change) choice.group.value = change.group
      })
      address.write(change.text !== undefined && change.text !== '')
    },
    close: address.close,
  }
}
