/** Vehicles that are online because a device reports over HTTP, and until when: some 100 bytes each. */
export class ReportingVehicles {
  /** by vehicle, milliseconds since 1970 */
  readonly #untilMs = new Map<number, number>()

  note(vehicleId: number, untilMs: number): void {
    this.#untilMs.set(vehicleId, Math.max(untilMs, this.#untilMs.get(vehicleId) ?? 0))
  }

  has(vehicleId: number): boolean {
    return this.#untilMs.has(vehicleId)
  }

  forget(vehicleId: number): void {
    this.#untilMs.delete(vehicleId)
  }

  /** Removes vehicles whose reports have ended by `nowMs`, and returns their ids. */
  takeEnded(nowMs: number): number[] {
    const ended: number[] = []
    for (const [vehicleId, untilMs] of this.#untilMs) if (untilMs <= nowMs) ended.push(vehicleId)
    for (const vehicleId of ended) this.#untilMs.delete(vehicleId)
    return ended
  }
}
