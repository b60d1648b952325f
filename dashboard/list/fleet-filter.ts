import type { ReadonlySignal } from '@preact/signals'
import type { LiveState } from '../../contract/live-frame.ts'

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
