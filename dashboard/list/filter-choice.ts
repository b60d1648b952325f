import type { Signal } from '@preact/signals'
import type { LiveState } from '../../contract/live-frame.ts'

/** What the user has chosen to see. */
export interface FilterChoice {
  text: Signal<string>
  /** empty for all states */
  states: Signal<ReadonlySet<LiveState>>
  group: Signal<string | undefined>
}
