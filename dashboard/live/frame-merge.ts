import { batch } from '@preact/signals'
import { decodeLiveFrame, type LiveFrame } from '../../contract/live-frame.ts'
import { FrameHold } from './frame-hold.ts'
import { FrameSequence } from './frame-sequence.ts'
import { ResyncPace, type ResyncCause } from './resync-pace.ts'
import type { VehicleSnapshot, VehicleTable } from './vehicle-table.ts'

export interface FrameMerge {
  /** A frame came. */
  take(payload: Uint8Array): void
  /**
   * Loads a snapshot and then the frames that came meanwhile. Call it once the feed is subscribed to.
   * @throws what `getSnapshot` throws
   */
  sync(): Promise<void>
  /** Loads another snapshot soon. */
  refresh(): void
  /** Nobody looks: frames are only kept until somebody does. */
  setHidden(isHidden: boolean): void
  /** Gives up a snapshot that is on its way or planned. */
  stop(): void
}

export interface FrameMergeOptions {
  table: VehicleTable
  getSnapshot: (signal: AbortSignal) => Promise<readonly VehicleSnapshot[]>
  /** milliseconds, monotonic */
  now: () => number
  /** 0 to 1 */
  random: () => number
}

/** Merges snapshots and frames into the table, and asks for a snapshot when frames are missing. */
export function createFrameMerge({ table, getSnapshot, now, random }: FrameMergeOptions): FrameMerge {
  const hold = new FrameHold()
  const sequence = new FrameSequence()
  const pace = new ResyncPace()
  let isHidden = false
  /** of the snapshot that is on its way */
  let running: AbortController | undefined
  let planned: ReturnType<typeof setTimeout> | undefined
  /** It was asked for a newer one than the one on its way. */
  let isOld = false
  /** The next snapshot is the first one of a connection. */
  let isFirst = true

  function decode(payload: Uint8Array): LiveFrame | undefined {
    const frame = decodeLiveFrame(payload)
    if (!('fault' in frame)) return frame
    console.warn(`a frame of the live feed cannot be read: ${frame.fault}`)
    return undefined
  }

  /** How many of its vehicles are not known. */
  function put(frame: LiveFrame): number {
    return frame.records.length === 0 ? 0 : table.apply(frame, now())
  }

  function apply(payload: Uint8Array): void {
    const frame = decode(payload)
    if (frame === undefined) return
    const continuity = sequence.follow(frame)
    // Even after a gap: what it tells is newer than what we have.
    const missing = put(frame)
    if (continuity !== 'whole') plan(continuity)
    else if (missing > 0) plan('unknown vehicle')
  }

  function plan(cause: ResyncCause): void {
    // A gap does not put off what is planned: should that be too early for it, there is another one after it.
    // The position of an unknown vehicle is as lost as those in a gap. While it stays unknown, the pace slows down as before.
    const isNew = cause === 'unknown vehicle' && planned === undefined && running === undefined
    if (cause === 'gap' || isNew) pace.gap(now())
    if (running) isOld = true
    else planned ??= setTimeout(() => void resync(cause), pace.waitMs(now(), random()))
  }

  async function resync(cause: ResyncCause): Promise<void> {
    try {
      await load(cause)
    } catch (error) {
      // Without it, the table is as it was. The pace keeps this from being asked again at once.
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
      // Another one has taken its place, or it was stopped.
      controller.signal.throwIfAborted()
      running = undefined
      pace.done(now(), cause)
      release(vehicles)
    }
    if (pace.isTooEarly(askedMs)) plan('asked for')
  }

  /** Loads the snapshot, if there is one, and the frames held meanwhile; readers of the table see both at once. */
  const release = (vehicles: readonly VehicleSnapshot[] | undefined) => batch(() => mergeHeld(vehicles))

  function mergeHeld(vehicles: readonly VehicleSnapshot[] | undefined): void {
    const { frames, hasLost } = hold.take()
    if (vehicles === undefined) {
      frames.forEach(apply)
    } else {
      table.load(vehicles, now())
      if (isFirst) sequence.begin()
      isFirst = false
      const decoded = frames.map(decode).filter((it) => it !== undefined)
      const continuity = sequence.followAll(decoded)
      let missing = 0
      for (const frame of decoded) missing += put(frame)
      if (continuity !== 'whole') plan(continuity)
      else if (missing > 0) plan('unknown vehicle')
    }
    if (hasLost) plan('gap')
    if (isOld) plan('asked for')
    isOld = false
  }

  function stop(): void {
    clearTimeout(planned)
    planned = undefined
    running?.abort()
    running = undefined
  }

  return {
    take(payload) {
      if (isHidden || running) hold.add(payload)
      else apply(payload)
    },
    sync() {
      isFirst = true
      return load('asked for')
    },
    refresh: () => plan('asked for'),
    setHidden(hidden) {
      isHidden = hidden
      if (hidden || running) return
      const { frames, hasLost } = hold.take()
      // Hundreds of frames are drawn, filtered and listed once.
      batch(() => frames.forEach(apply))
      if (hasLost) plan('gap')
    },
    stop,
  }
}
