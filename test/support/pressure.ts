import type { Pressure } from '../../broker/accept.ts'

/** Back-pressure that the test controls. */
export function createPressure(): Pressure & { set(isFull: boolean): void } {
  const listeners: ((isFull: boolean) => void)[] = []
  let full = false
  return {
    get isFull() {
      return full
    },
    onChange: (listener) => void listeners.push(listener),
    set(isFull) {
      full = isFull
      for (const listener of listeners) listener(isFull)
    },
  }
}
