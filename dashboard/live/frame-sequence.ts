import type { LiveHeader } from '../../contract/live-frame.ts'

/** Runs of a feed at once: while a connection is replaced by one to another broker there are two. */
const EPOCHS_MAX = 8

/** Whether something is missing before a frame, or a run of the feed begins with it. */
export type Continuity = 'whole' | 'gap' | 'new epoch'

/**
 * Notices that frames are missing. Each epoch counts its frames from wherever we first hear of it. After `restart`, when a
 * snapshot has told everything, we may be in the midst of any epoch; one that begins then or later may have begun after the
 * snapshot was read, because other vehicles are in it.
 */
export class FrameSequence {
  readonly #seqs = new Map<number, number>()
  #isOpen = true

  /** What comes now goes on from a new snapshot. `held` are the frames that came while it was on its way. */
  restart(held: readonly LiveHeader[] = []): Continuity {
    this.#seqs.clear()
    this.#isOpen = true
    const all = new Set(held.map((header) => this.#follow(header)))
    // Nothing was held: the next frame is the first.
    this.#isOpen = held.length === 0
    if (all.has('gap')) return 'gap'
    return all.has('new epoch') ? 'new epoch' : 'whole'
  }

  /** A frame that came before is no gap. */
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
    return this.#isOpen && seq > 1 ? 'whole' : 'new epoch'
  }
}
