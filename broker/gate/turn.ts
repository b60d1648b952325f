/** Shares out the time that one turn of the event loop may spend on incoming bytes. */
export interface Turn {
  /** Whether bytes may be handled now; if not, they are to be handled `later`, so that none overtakes another. */
  hasTime(): boolean
  /** Calls back in one of the next turns, in the order of the calls. */
  later(handle: () => void): void
}

/**
 * A hundred devices that send at once are several milliseconds of decoding in one turn of the event loop. Meanwhile
 * the database's answers would wait, and every batch needs a few of them: with this bound a commit under load takes
 * less than half as long.
 * @param sliceMs spent on incoming bytes before everything else gets its turn
 */
export function createTurn(sliceMs: number): Turn {
  let waiting: (() => void)[] = []
  let startMs = 0
  let open = false

  function hasTime(): boolean {
    if (!open) begin()
    return waiting.length === 0 && performance.now() - startMs < sliceMs
  }

  function begin(): void {
    open = true
    startMs = performance.now()
    setImmediate(next)
  }

  function next(): void {
    open = false
    if (waiting.length === 0) return
    begin()
    let handled = 0
    while (handled < waiting.length && performance.now() - startMs < sliceMs) waiting[handled++]?.()
    waiting = waiting.slice(handled)
  }

  return {
    hasTime,
    later(handle) {
      waiting.push(handle)
      if (!open) begin()
    },
  }
}
