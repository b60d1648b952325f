import type { LiveHeader } from '../../contract/live-frame.ts'

/** Runs of a feed at once: while a connection is replaced by one to another broker there are two. */
const EPOCHS_MAX = 8

/** Whether something is missing before a frame, or a run of the feed begins with it. */
export type Continuity = 'whole' | 'gap' | 'new epoch'

/**
 * Notices that frames are missing. After `begin`, on a new connection, we may be in the midst of any epoch; one that begins then
 * or later may have begun after the snapshot was read, because other vehicles are in it. Later, an epoch of which we have not
 * seen the first frame has a gap before it.
 */
export class FrameSequence {
  readonly #seqs = new Map<number, number>()
  #isOpen = true

  /** What comes now goes on from the first snapshot of a connection, which told everything. */
  begin(): void {
    this.#seqs.clear()
    this.#isOpen = true
  }

  /** What was held while a snapshot was on its way: the worst of what is before any of them. */
  followAll(held: readonly LiveHeader[]): Continuity {
    const all = new Set(held.map((header) => this.#follow(header)))
    if (held.length > 0) this.#isOpen = false
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
    if (seq === 1) return 'new epoch'
    return this.#isOpen ? 'whole' : 'gap'
  }
}
