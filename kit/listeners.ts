export interface Listeners<A extends unknown[]> {
  add: (listener: (...args: A) => void) => void
  /** Calls all listeners in the order in which they were added. */
  call: (...args: A) => void
}

export function createListeners<A extends unknown[]>(): Listeners<A> {
  const all: ((...args: A) => void)[] = []
  return {
    add: (listener) => void all.push(listener),
    call(...args) {
      for (const listener of all) listener(...args)
    },
  }
}
