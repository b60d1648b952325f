import type { LiveRecord } from '../../contract/live-frame.ts'

/**
 * The states of vehicles that a scope shows without a position. No frame has them: subscribers learn of a change from another
 * snapshot. About 150 bytes for each vehicle whose state ever changed.
 */
export class HiddenStates {
  readonly #states = new Map<number, string>()

  /** Notes the state of a vehicle as the scope shows it. Returns the change; `undefined` if nothing has changed. */
  note({
    vehicleId,
    state,
    lastState,
    lastStateMs,
    isStale,
    speed,
  }: LiveRecord): 'alert' | 'state' | undefined {
    const before = this.#states.get(vehicleId)
    // A stale state is shown with its age, and a speed until it is stale.
    const after = `${state} ${lastState} ${isStale ? lastStateMs : ''} ${speed === undefined}`
    if (after === before) return undefined
    this.#states.set(vehicleId, after)
    return state === 'alert' || before?.startsWith('alert') === true ? 'alert' : 'state'
  }

  /** The scope shows the position of this vehicle now. */
  forget(vehicleId: number): void {
    if (this.#states.size > 0) this.#states.delete(vehicleId)
  }
}
