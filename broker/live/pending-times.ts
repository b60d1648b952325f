const ROWS_AT_FIRST = 64
/** Of a vehicle that has nothing pending. */
const NONE = -Infinity

/**
 * Of each vehicle the newest time that is to be written. In columns that stay, a row of some 50 bytes, its entry in the map included, for each vehicle
 * that was ever kept: as
 * entries of a map that is emptied each second they outlived young collections, and the broker of ten thousand vehicles grew by
 * 1.5 MiB a second until all of its memory was collected.
 */
export class PendingTimes {
  readonly #rows = new Map<number, number>()
  #vehicleIds = new Float64Array(ROWS_AT_FIRST)
  /** microseconds since 1970 */
  #timesUs = new Float64Array(ROWS_AT_FIRST).fill(NONE)
  /** rows that have a time */
  #pending = new Uint32Array(ROWS_AT_FIRST)
  #pendingCount = 0

  keep(vehicleId: number, timeUs: number): void {
    const row = this.#rows.get(vehicleId) ?? this.#add(vehicleId)
    const known = this.#timesUs[row] ?? NONE
    if (known >= timeUs) return
    this.#timesUs[row] = timeUs
    if (known === NONE) this.#pending[this.#pendingCount++] = row
  }

  /** All of them, which are not pending any more. */
  take(): { vehicleId: number; timeUs: number }[] {
    const taken = Array.from(this.#pending.subarray(0, this.#pendingCount), (row) => {
      const timeUs = this.#timesUs[row] ?? 0
      this.#timesUs[row] = NONE
      return { vehicleId: this.#vehicleIds[row] ?? 0, timeUs }
    })
    this.#pendingCount = 0
    return taken
  }

  #add(vehicleId: number): number {
    const row = this.#rows.size
    if (row >= this.#vehicleIds.length) this.#grow()
    this.#rows.set(vehicleId, row)
    this.#vehicleIds[row] = vehicleId
    return row
  }

  #grow(): void {
    const length = this.#vehicleIds.length * 2
    const [vehicleIds, timesUs, pending] = [this.#vehicleIds, this.#timesUs, this.#pending]
    this.#vehicleIds = new Float64Array(length)
    this.#vehicleIds.set(vehicleIds)
    this.#timesUs = new Float64Array(length).fill(NONE)
    this.#timesUs.set(timesUs)
    this.#pending = new Uint32Array(length)
    this.#pending.set(pending)
  }
}
