/** Lets at most `max` of something happen at once; the others wait their turn. */
export interface Slots {
  /** Resolves when it is one's turn, with a function that ends it. Calling that twice does no harm. */
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
