import { batch } from '@preact/signals'
import { FrameApplier } from './frame-applier.ts'
import { FrameHold } from './frame-hold.ts'
import { createResync, type SnapshotSource } from './resync.ts'
import type { VehicleSnapshot, VehicleTable } from './vehicle-table.ts'

export interface FrameMerge {
  /** Takes a frame. */
  take(payload: Uint8Array): void
  /**
   * Loads a snapshot and then the frames that came meanwhile. To be called after the subscription to the feed.
   * @throws what `getSnapshot` throws
   */
  sync(): Promise<void>
  /** Loads another snapshot soon. */
  refresh(): void
  /** While the page is hidden, frames are held; when it is shown, they are applied. */
  setHidden(isHidden: boolean): void
  /** Gives up a snapshot that is being loaded or planned. */
  stop(): void
}

export interface FrameMergeOptions extends SnapshotSource {
  table: VehicleTable
}

/** Merges snapshots and frames into the table, and requests a snapshot when frames are missing. */
export function createFrameMerge({ table, now, ...source }: FrameMergeOptions): FrameMerge {
  const hold = new FrameHold()
  const frames = new FrameApplier(table, now)
  // Readers of the table see a snapshot and the frames that were held meanwhile at once.
  const resync = createResync({ ...source, now, onEnd: (vehicles) => batch(() => merge(vehicles)) })
  let isHidden = false
  /** whether the next snapshot is the first one of a connection */
  let isFirst = true

  function apply(payload: Uint8Array): void {
    const cause = frames.apply(payload)
    if (cause !== undefined) resync.plan(cause)
  }

  function merge(vehicles: readonly VehicleSnapshot[] | undefined): void {
    if (vehicles === undefined) return release()
    const { frames: held, hasLost } = hold.take()
    table.load(vehicles, now())
    if (isFirst) frames.begin()
    isFirst = false
    const cause = frames.applyHeld(held)
    if (cause !== undefined) resync.plan(cause)
    if (hasLost) resync.plan('gap')
  }

  /** Applies held frames without a snapshot before them. */
  function release(): void {
    const { frames: held, hasLost } = hold.take()
    held.forEach(apply)
    if (hasLost) resync.plan('gap')
  }

  return {
    take(payload) {
      if (isHidden || resync.isLoading()) hold.add(payload)
      else apply(payload)
    },
    sync() {
      isFirst = true
      return resync.load('asked for')
    },
    refresh: () => resync.plan('asked for'),
    setHidden(hidden) {
      isHidden = hidden
      // Hundreds of frames are drawn, filtered and listed once.
      if (!hidden && !resync.isLoading()) batch(release)
    },
    stop: resync.stop,
  }
}
