import type { LiveHeader } from '../../contract/live-frame.ts'

/** Runs of a feed at once: while a connection is replaced by one to another broker there are two. */
const EPOCHS_MAX = 8

/**
 * Notices that frames are missing. Each epoch counts its frames from wherever we first hear of it. After `restart`, when a
 * snapshot has told everything, we may be in the midst of any epoch; one that begins then or later may have begun after the
 * snapshot was read, because other vehicles are in it.
 */
export class FrameSequence {
  readonly #seqs = new Map<number, number>()
  #isOpen = true

  /** What comes now goes on from a new snapshot. `held` are the frames that came while it was on its way. */
  restart(held: readonly LiveHeader[] = []): boolean {
    this.#seqs.clear()
    this.#isOpen = true
    let isWhole = true
    for (const header of held) if (!this.#follow(header)) isWhole = false
    // Nothing was held: the next frame is the first.
    this.#isOpen = held.length === 0
    return isWhole
  }

  /** Whether nothing is missing before this frame. One that came before is no gap. */
  follow(header: LiveHeader): boolean {
    const isWhole = this.#follow(header)
    this.#isOpen = false
    return isWhole
  }

  #follow({ epoch, seq }: LiveHeader): boolean {
    const last = this.#seqs.get(epoch)
    if (last !== undefined && seq <= last) return true
    this.#seqs.delete(epoch)
    this.#seqs.set(epoch, seq)
    const [oldest] = this.#seqs.keys()
    if (this.#seqs.size > EPOCHS_MAX && oldest !== undefined) this.#seqs.delete(oldest)
    return last === undefined ? this.#isOpen && seq > 1 : seq === last + 1
  }
}
