import { ResyncPace, type ResyncCause } from './resync-pace.ts'
import type { VehicleSnapshot } from './vehicle-table.ts'

export interface SnapshotSource {
  getSnapshot: (signal: AbortSignal) => Promise<readonly VehicleSnapshot[]>
  /** milliseconds, monotonic */
  now: () => number
  /** 0 to 1 */
  random: () => number
}

export interface ResyncOptions extends SnapshotSource {
  /** A request for a snapshot has ended; `undefined` if it failed. */
  onEnd: (vehicles: readonly VehicleSnapshot[] | undefined) => void
}

export interface Resync {
  isLoading: () => boolean
  /** Loads a snapshot as soon as the pace allows. */
  plan: (cause: ResyncCause) => void
  /**
   * Loads a snapshot now.
   * @throws what `getSnapshot` throws
   */
  load: (cause: ResyncCause) => Promise<void>
  /** Gives up a snapshot that is being loaded or planned. */
  stop: () => void
}

/** Loads snapshots, one at a time, at a pace that the server can stand. */
export function createResync({ getSnapshot, now, random, onEnd }: ResyncOptions): Resync {
  const pace = new ResyncPace()
  /** of the snapshot that is being loaded */
  let running: AbortController | undefined
  let planned: ReturnType<typeof setTimeout> | undefined
  /** whether a newer snapshot is needed than the one being loaded */
  let isOld = false

  function plan(cause: ResyncCause): void {
    // A gap does not delay a planned snapshot. If that one comes too early for the gap, another one follows.
    // The position of an unknown vehicle is as lost as those in a gap. While it stays unknown, the pace slows down as before.
    const isNew = cause === 'unknown vehicle' && planned === undefined && running === undefined
    if (cause === 'gap' || isNew) pace.gap(now())
    if (running) isOld = true
    else planned ??= setTimeout(() => void retry(cause), pace.waitMs(now(), random()))
  }

  async function retry(cause: ResyncCause): Promise<void> {
    try {
      await load(cause)
    } catch (error) {
      // The table is as it was. The pace prevents an immediate repetition.
      if (!(error instanceof Error && error.name === 'AbortError')) plan(cause)
    }
  }

  async function load(cause: ResyncCause): Promise<void> {
    stop()
    const controller = new AbortController()
    running = controller
    const askedMs = now()
    let vehicles: readonly VehicleSnapshot[] | undefined
    try {
      vehicles = await getSnapshot(controller.signal)
    } finally {
      // It was stopped, or another one has taken its place.
      controller.signal.throwIfAborted()
      running = undefined
      pace.done(now(), cause)
      onEnd(vehicles)
      if (isOld) plan('asked for')
      isOld = false
    }
    if (pace.isTooEarly(askedMs)) plan('asked for')
  }

  function stop(): void {
    clearTimeout(planned)
    planned = undefined
    running?.abort()
    running = undefined
  }

  return { isLoading: () => running !== undefined, plan, load, stop }
}
