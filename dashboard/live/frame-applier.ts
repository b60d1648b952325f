import { decodeLiveFrame, type LiveFrame } from '../../contract/live-frame.ts'
import { FrameSequence, type Continuity } from './frame-sequence.ts'
import type { ResyncCause } from './resync-pace.ts'
import type { VehicleTable } from './vehicle-table.ts'

/** Applies frames to the table and finds out when a snapshot is needed. */
export class FrameApplier {
  readonly #table: VehicleTable
  readonly #now: () => number
  readonly #sequence = new FrameSequence()

  /** `now` returns milliseconds of a monotonic clock. */
  constructor(table: VehicleTable, now: () => number) {
    this.#table = table
    this.#now = now
  }

  /** The next frames follow the first snapshot of a connection. */
  begin(): void {
    this.#sequence.begin()
  }

  /** Returns why a snapshot is needed, `undefined` if none is. */
  apply(payload: Uint8Array): ResyncCause | undefined {
    const frame = decode(payload)
    if (frame === undefined) return undefined
    const continuity = this.#sequence.follow(frame)
    // Even after a gap: the positions in this frame are newer than ours.
    return causeOf(continuity, this.#put(frame))
  }

  /** As `apply`, for the frames that were held while a snapshot was loaded. */
  applyHeld(payloads: readonly Uint8Array[]): ResyncCause | undefined {
    const frames = payloads.map(decode).filter((it) => it !== undefined)
    const continuity = this.#sequence.followAll(frames)
    let missing = 0
    for (const frame of frames) missing += this.#put(frame)
    return causeOf(continuity, missing)
  }

  /** Returns how many vehicles of the frame are not in the table. */
  #put(frame: LiveFrame): number {
    return frame.records.length === 0 ? 0 : this.#table.apply(frame, this.#now())
  }
}

function decode(payload: Uint8Array): LiveFrame | undefined {
  const frame = decodeLiveFrame(payload)
  if (!('fault' in frame)) return frame
  console.warn(`a frame of the live feed cannot be read: ${frame.fault}`)
  return undefined
}

function causeOf(continuity: Continuity, missing: number): ResyncCause | undefined {
  if (continuity !== 'whole') return continuity
  return missing > 0 ? 'unknown vehicle' : undefined
}
