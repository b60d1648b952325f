import type { LiveHeader } from '../../contract/live-frame.ts'

/** Epochs that are remembered. While a connection is replaced by one to another broker, there are two. */
const EPOCHS_MAX = 8

/** Whether frames are missing before a frame, or the frame begins a new epoch. */
export type Continuity = 'whole' | 'gap' | 'new epoch'

/**
 * Detects missing frames. After `begin`, on a new connection, the first frame may be in the middle of any epoch. An epoch that
 * begins later has other vehicles and may have begun after the snapshot was read. An unknown epoch that appears later without
 * its first frame has a gap before it.
 */
export class FrameSequence {
  readonly #seqs = new Map<number, number>()
  #isOpen = true

  /** The next frames continue from the first snapshot of a connection, which is complete. */
  begin(): void {
    this.#seqs.clear()
    this.#isOpen = true
  }

  /** As `follow`, for the frames that were held while a snapshot was loaded; the worst result of all frames. */
  followAll(held: readonly LiveHeader[]): Continuity {
    const all = new Set(held.map((header) => this.#follow(header)))
    if (held.length > 0) this.#isOpen = false
    if (all.has('gap')) return 'gap'
    return all.has('new epoch') ? 'new epoch' : 'whole'
  }

  /** A repeated frame is no gap. */
  follow(header: LiveHeader): Continuity {
    const continuity = this.#follow(header)
    this.#isOpen = false
    return continuity
  }

  #follow({ epoch, seq }: LiveHeader): Continuity {
    const last = this.#seqs.get(epoch)
    if (last !== undefined && seq <= last) return 'whole'
    this.#seqs.delete(epoch)
    this.#seqs.set(epoch, seq)
    const [oldest] = this.#seqs.keys()
    if (this.#seqs.size > EPOCHS_MAX && oldest !== undefined) this.#seqs.delete(oldest)
    if (last !== undefined) return seq === last + 1 ? 'whole' : 'gap'
    if (seq === 1) return 'new epoch'
    return this.#isOpen ? 'whole' : 'gap'
  }
}
