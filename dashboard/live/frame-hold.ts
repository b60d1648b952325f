/**
 * A frame of 10,000 vehicles has 240 kB, so this is 30 s of such a fleet.
 * @limit bytes of frames that a hidden page buffers | it gets a new snapshot
 */
const BYTES_MAX = 8 * 1024 * 1024
/** @limit frames that a hidden page buffers | it gets a new snapshot */
const FRAMES_MAX = 600

/** Frames that wait, in order. If there are too many, all are dropped, and a snapshot is needed. */
export class FrameHold {
  #frames: Uint8Array[] = []
  #bytes = 0
  #hasLost = false

  get length(): number {
    return this.#frames.length
  }

  add(frame: Uint8Array): void {
    if (this.#hasLost) return
    if (this.#frames.length >= FRAMES_MAX || this.#bytes + frame.length > BYTES_MAX) {
      this.#frames = []
      this.#bytes = 0
      this.#hasLost = true
      return
    }
    this.#frames.push(frame)
    this.#bytes += frame.length
  }

  /** Returns all frames and empties the hold. `hasLost`: frames were dropped. */
  take(): { frames: Uint8Array[]; hasLost: boolean } {
    const taken = { frames: this.#frames, hasLost: this.#hasLost }
    this.#frames = []
    this.#bytes = 0
    this.#hasLost = false
    return taken
  }
}
