/** A value of a field as it was sent. */
export type OracleValue = number | boolean | string

export interface OracleKnown {
  value: OracleValue
  timeMs: number
  /** its place among the readings of its instant */
  nth: number
}

export interface OracleState {
  state: string
  /** the state whether or not the vehicle is online, and when its deciding value was measured */
  last: string
  lastMs: number
  isStale: boolean
}

/** The fields of a state. */
const STATE_FIELDS = ['lat', 'speed', 'ignition', 'status'] as const

/**
 * The expected values of a vehicle after its readings, written once more in the plainest way. Shares no code with the
 * product. Times are milliseconds since 1970.
 */
export class StateOracle {
  isConnected = false
  /** when a device last reported over HTTP */
  reportedMs = -Infinity
  readonly newest = new Map<string, OracleKnown>()
  readonly #staleAfterMs: number
  readonly #instants = new Map<number, string[]>()

  constructor(staleAfterMs: number) {
    this.#staleAfterMs = staleAfterMs
  }

  /** Records that a reading was acknowledged. */
  send(timeMs: number, values: Record<string, OracleValue>): void {
    const stored = this.#instants.get(timeMs) ?? []
    this.#instants.set(timeMs, stored)
    const text = JSON.stringify(Object.entries(values).toSorted(([a], [b]) => (a < b ? -1 : 1)))
    if (!stored.includes(text)) stored.push(text)
    const nth = stored.indexOf(text)
    for (const [name, value] of Object.entries(values)) {
      const before = this.newest.get(name)
      const isOlder = before && (before.timeMs > timeMs || (before.timeMs === timeMs && before.nth >= nth))
      if (!isOlder) this.newest.set(name, { value, timeMs, nth })
    }
  }

  isOnline(nowMs: number): boolean {
    return this.isConnected || this.reportedMs > nowMs - this.#staleAfterMs
  }

  isStale(name: string, nowMs: number): boolean {
    const known = this.newest.get(name)
    return known !== undefined && known.timeMs <= nowMs - this.#staleAfterMs
  }

  fresh(name: string, nowMs: number): OracleValue | undefined {
    return this.isStale(name, nowMs) ? undefined : this.newest.get(name)?.value
  }

  state(nowMs: number): OracleState {
    const known = STATE_FIELDS.filter((it) => this.newest.has(it))
    const isStale = known.length > 0 && known.every((it) => this.isStale(it, nowMs))
    const of = (name: string) => (isStale ? this.newest.get(name)?.value : this.fresh(name, nowMs))
    const timeOf = (name: string) => (of(name) === undefined ? 0 : (this.newest.get(name)?.timeMs ?? 0))
    let last = 'unknown'
    let lastMs = Math.max(...STATE_FIELDS.map(timeOf))
    if (of('speed') !== undefined || of('ignition') !== undefined) {
      last = 'stopped'
      lastMs = Math.max(timeOf('speed'), timeOf('ignition'))
    }
    if (of('ignition') === true) [last, lastMs] = ['idling', timeOf('ignition')]
    if (Number(of('speed') ?? 0) > 3) [last, lastMs] = ['moving', timeOf('speed')]
    if (of('status') === 'SOS') [last, lastMs] = ['alert', timeOf('status')]
    let state = isStale ? 'stale' : last
    if (!this.isOnline(nowMs)) state = 'offline'
    if (last === 'alert' && !isStale) state = 'alert'
    return { state, last, lastMs, isStale }
  }
}
