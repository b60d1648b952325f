import { computed, type ReadonlySignal } from '@preact/signals'
import type { LiveState } from '../../contract/live-frame.ts'
import type { App } from '../app-context.ts'
import type { VehicleTable } from '../live/vehicle-table.ts'
import type { Route } from '../routing/routes.ts'

/** Which vehicles the list and the map show; kept in the address. */
export interface FleetFilter {
  text: ReadonlySignal<string>
  /** empty: all */
  states: ReadonlySignal<ReadonlySet<LiveState>>
  group: ReadonlySignal<string | undefined>
  /** Rows of the table that are shown, in the list's order. */
  rows: ReadonlySignal<Uint32Array>
  /** By row: 1 if it is shown. */
  mask: ReadonlySignal<Uint8Array>
  /** of what the text and the group leave, by state */
  counts: ReadonlySignal<Record<LiveState, number>>
  groups: ReadonlySignal<readonly string[]>
  change(change: { text?: string; states?: ReadonlySet<LiveState>; group?: string | undefined }): void
}

/** A stand-in: everything is shown, in the table's order. */
export function createFleetFilter(options: {
  table: VehicleTable
  route: ReadonlySignal<Route>
  navigate: App['navigate']
}): FleetFilter {
  const { table, route } = options
  const rows = computed(() =>
    Uint32Array.from({ length: (table.structure.value, table.count) }, (_, row) => row),
  )
  return {
    text: computed(() => route.value.query.get('q') ?? ''),
    states: computed(() => new Set<LiveState>()),
    group: computed(() => route.value.query.get('group') ?? undefined),
    rows,
    mask: computed(() => new Uint8Array(rows.value.length).fill(1)),
    counts: computed(() => ({ unknown: 0, moving: 0, idling: 0, stopped: 0, offline: 0, alert: 0 })),
    groups: computed(() => []),
    change() {},
  }
}
