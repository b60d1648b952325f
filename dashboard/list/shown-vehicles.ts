import { computed, type ReadonlySignal } from '@preact/signals'
import { foldText } from '../../contract/fold-text.ts'
import { LIVE_STATES, type LiveState } from '../../contract/live-frame.ts'
import type { VehicleTable } from '../live/vehicle-table.ts'
import type { FilterChoice } from './filter-choice.ts'
import type { VehicleOrder } from './vehicle-order.ts'

export interface ShownVehicles {
  /** rows of the table that are shown, in the list's order */
  rows: Uint32Array
  /** by row: 1 if it is shown */
  mask: Uint8Array
  /** vehicles in each state that match the text and the group */
  counts: Record<LiveState, number>
}

const ALERT = LIVE_STATES.indexOf('alert')
/** Added to a state: the vehicle's last state is an alert, and its values are stale. */
const STALE_ALERT = 0x80

/**
 * The vehicles that match the choice. Alerts come first, then stale alerts, which nobody has ended, then the others, each by
 * name. A frame costs one comparison of the states' bytes, and a walk over the sorted rows only if a state changed.
 */
export function createShownVehicles(
  table: VehicleTable,
  order: ReadonlySignal<VehicleOrder>,
  { text, states, group }: FilterChoice,
): ReadonlySignal<ShownVehicles> {
  const matches = computed(() => matchesOf(table, order.value.folded, wordsOf(text.value), group.value))
  const column = createStateColumn(table)
  return computed(() => shownOf(order.value.byName, column.value, matches.value, states.value))
}

/** By row: 1 if a vehicle has all words and is in the group. `folded` has the texts that are searched. */
function matchesOf(
  table: VehicleTable,
  folded: readonly string[],
  words: readonly string[],
  group: string | undefined,
): Uint8Array {
  const matches = new Uint8Array(folded.length)
  for (let row = 0; row < folded.length; row++) {
    if (group !== undefined && table.groups[row] !== group) continue
    const text = folded[row] ?? ''
    if (words.every((word) => text.includes(word))) matches[row] = 1
  }
  return matches
}

/** The folded words of a search. */
function wordsOf(text: string): string[] {
  return foldText(text)
    .split(/\s+/)
    .filter((it) => it !== '')
}

/** States by row, with `STALE_ALERT`. The array stays the same until a state changes. */
function createStateColumn(table: VehicleTable): ReadonlySignal<Uint8Array> {
  let seen = new Uint8Array(0)
  return computed(() => {
    void table.structure.value
    void table.values.value
    if (!isSame(seen, table)) seen = table.state.map((_, row) => stateIn(table, row))
    return seen
  })
}

function stateIn({ state, lastState, isStale }: VehicleTable, row: number): number {
  const isStaleAlert = isStale[row] === 1 && lastState[row] === ALERT
  return (state[row] ?? 0) | (isStaleAlert ? STALE_ALERT : 0)
}

function isSame(seen: Uint8Array, table: VehicleTable): boolean {
  if (seen.length !== table.state.length) return false
  for (let row = 0; row < seen.length; row++) if (seen[row] !== stateIn(table, row)) return false
  return true
}

/** `byName` has the rows in order of their names; `wanted` is empty for all states. */
function shownOf(
  byName: Uint32Array,
  column: Uint8Array,
  matches: Uint8Array,
  wanted: ReadonlySet<LiveState>,
): ShownVehicles {
  const isWanted = LIVE_STATES.map((it) => wanted.size === 0 || wanted.has(it))
  const tally = LIVE_STATES.map(() => 0)
  const mask = new Uint8Array(byName.length)
  const alerts: number[] = []
  const staleAlerts: number[] = []
  const others: number[] = []
  for (const row of byName) {
    if (matches[row] !== 1) continue
    const entry = column[row] ?? 0
    const state = entry & ~STALE_ALERT
    tally[state] = (tally[state] ?? 0) + 1
    if (isWanted[state] !== true) continue
    mask[row] = 1
    if (state === ALERT) alerts.push(row)
    else if (entry !== state) staleAlerts.push(row)
    else others.push(row)
  }
  const rows = new Uint32Array(alerts.length + staleAlerts.length + others.length)
  rows.set(alerts)
  rows.set(staleAlerts, alerts.length)
  rows.set(others, alerts.length + staleAlerts.length)
  const counts = Object.fromEntries(LIVE_STATES.map((it, index) => [it, tally[index] ?? 0]))
  return { rows, mask, counts: counts as Record<LiveState, number> }
}
