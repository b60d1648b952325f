/** Lets at most `max` operations run at once; the others wait for their turn. */
export interface Slots {
  /** Resolves when it is the caller's turn, with a function that ends the turn. It may be called twice. */
  take(): Promise<() => void>
}

export function createSlots(max: number): Slots {
  let used = 0
  // At most one entry for each device.
  const waiting: (() => void)[] = []

  function release(): void {
    const next = waiting.shift()
    if (next) next()
    else used--
  }

  return {
    async take() {
      if (used < max) used++
      else await new Promise<void>((resolve) => waiting.push(resolve))
      let open = true
      return () => {
        if (open) release()
        open = false
      }
    },
  }
}
