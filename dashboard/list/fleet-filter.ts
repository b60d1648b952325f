import { batch, computed, effect, signal, type ReadonlySignal } from '@preact/signals'
import { LIVE_STATES, type LiveState } from '../../contract/live-frame.ts'
import type { Navigate } from '../routing/router.ts'
import type { VehicleTable } from '../live/vehicle-table.ts'
import { vehiclePath, type Route } from '../routing/routes.ts'
import { createVehicleOrder } from './vehicle-order.ts'
import { foldText } from '../../contract/fold-text.ts'

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

export interface FleetFilterOptions {
  table: VehicleTable
  route: ReadonlySignal<Route>
  navigate: Navigate
  /** from the last key to the address, so that browsers do not refuse so many changes of it */
  addressDelayMs?: number
}

const PARAMETERS = ['q', 'state', 'group'] as const
const ALERT = LIVE_STATES.indexOf('alert')
/** Added to a state: the vehicle was last in alert, and its values are stale. */
const STALE_ALERT = 0x80

/**
 * Keeps the filter in step with the address, both ways. Names are folded and sorted when the fleet's structure changes; a
 * frame costs one comparison of the states' bytes, and only if one of them changed a walk over the rows, which are in order
 * already: alerts first, then stale alerts, which nobody has ended, then the others, each by name.
 */
export function createFleetFilter(options: FleetFilterOptions): FleetFilter & { close(): void } {
  const { table, route, navigate, addressDelayMs = 300 } = options
  const text = signal('')
  const states = signal<ReadonlySet<LiveState>>(new Set())
  const group = signal<string | undefined>(undefined)
  const order = createVehicleOrder(table)

  /** what the address says as far as we know; anything else in it was chosen by the back button or a link */
  let known: string | undefined
  let timer: ReturnType<typeof setTimeout> | undefined
  const stop = effect(() => {
    const { query } = route.value
    const there = filtersOf(query)
    if (there === known) return
    known = there
    clearTimeout(timer)
    batch(() => {
      text.value = query.get('q') ?? ''
      const names = (query.get('state') ?? '').split(',')
      states.value = new Set(LIVE_STATES.filter((it) => names.includes(it)))
      group.value = query.get('group') || undefined
    })
  })

  function write(): void {
    const at = route.peek()
    if (at.view !== 'map') return
    const query = new URLSearchParams(at.query)
    for (const name of PARAMETERS) query.delete(name)
    if (text.peek() !== '') query.set('q', text.peek())
    if (states.peek().size > 0) query.set('state', [...states.peek()].join(','))
    const chosen = group.peek()
    if (chosen !== undefined) query.set('group', chosen)
    // A path without any filter would keep those that are there.
    if (filtersOf(query) === NO_FILTERS) query.set('q', '')
    known = filtersOf(query)
    const path = at.vehicle === undefined ? '/' : vehiclePath(at.vehicle, at.tab)
    navigate(`${path}?${query}`, { replace: true })
  }

  const candidates = computed(() => {
    const words = wordsOf(text.value)
    const wanted = group.value
    const { folded } = order.value
    const found = new Uint8Array(folded.length)
    for (let row = 0; row < folded.length; row++) {
      if (wanted !== undefined && table.groups[row] !== wanted) continue
      if (isFound(folded[row] ?? '', words)) found[row] = 1
    }
    return found
  })

  let seen = new Uint8Array(0)
  /** States by row, with `STALE_ALERT`. The same array until one of them changes. */
  const stateColumn = computed(() => {
    void table.structure.value
    void table.values.value
    if (!isSame(seen, table)) seen = table.state.map((_, row) => stateIn(table, row))
    return seen
  })

  const shown = computed(() => {
    const column = stateColumn.value
    const found = candidates.value
    const { byName } = order.value
    const wanted = states.value
    const isWanted = LIVE_STATES.map((it) => wanted.size === 0 || wanted.has(it))
    const tally = LIVE_STATES.map(() => 0)
    const mask = new Uint8Array(byName.length)
    const alerts: number[] = []
    const staleAlerts: number[] = []
    const others: number[] = []
    for (const row of byName) {
      if (found[row] !== 1) continue
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
  })

  return {
    text,
    states,
    group,
    rows: computed(() => shown.value.rows),
    mask: computed(() => shown.value.mask),
    counts: computed(() => shown.value.counts),
    groups: computed(() => order.value.groups),
    change(change) {
      batch(() => {
        if (change.text !== undefined) text.value = change.text
        if (change.states !== undefined) states.value = change.states
        if ('group' in change) group.value = change.group
      })
      clearTimeout(timer)
      const isTyping = change.text !== undefined && change.text !== ''
      if (isTyping) timer = setTimeout(write, addressDelayMs)
      else write()
    },
    close() {
      clearTimeout(timer)
      stop()
    },
  }
}

/** Of a query, so that two of them can be compared. */
function filtersOf(query: URLSearchParams): string {
  return JSON.stringify(PARAMETERS.map((name) => query.get(name) ?? ''))
}
const NO_FILTERS = filtersOf(new URLSearchParams())

function stateIn({ state, lastState, isStale }: VehicleTable, row: number): number {
  const isStaleAlert = isStale[row] === 1 && lastState[row] === ALERT
  return (state[row] ?? 0) | (isStaleAlert ? STALE_ALERT : 0)
}

function isSame(seen: Uint8Array, table: VehicleTable): boolean {
  if (seen.length !== table.state.length) return false
  for (let row = 0; row < seen.length; row++) if (seen[row] !== stateIn(table, row)) return false
  return true
}

/** The folded words of what was typed. */
function wordsOf(text: string): string[] {
  return foldText(text)
    .split(/\s+/)
    .filter((it) => it !== '')
}

/** Whether a folded text has all of the words. */
function isFound(folded: string, words: readonly string[]): boolean {
  return words.every((word) => folded.includes(word))
}
