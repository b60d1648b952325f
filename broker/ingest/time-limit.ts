/** How long one batch may take. Code with such a limit checks `remainingMs` before it waits. */
export interface TimeLimit {
  start(limitMs: number): void
  stop(): void
  /** milliseconds that are left; 0 if the limit is over or was not started */
  readonly remainingMs: number
}

/** The next call meets a connection that was still being made when the time was over. */
const AGAIN_MS = 50

/**
 * `onOver` is called when the time is over, or when `signal` is aborted while it runs, and from then on again and again until
 * `stop` or `start`.
 */
export function createTimeLimit(onOver: () => void, signal: AbortSignal): TimeLimit {
  let endMs = 0
  let timer: NodeJS.Timeout | undefined

  function over(): void {
    if (timer === undefined) return
    clearTimeout(timer)
    endMs = 0
    timer = setTimeout(over, AGAIN_MS)
    onOver()
  }
  function stop(): void {
    clearTimeout(timer)
    timer = undefined
    endMs = 0
  }
  signal.addEventListener('abort', over)

  return {
    start(limitMs) {
      stop()
      endMs = performance.now() + limitMs
      timer = setTimeout(over, limitMs)
      if (signal.aborted) over()
    },
    stop,
    get remainingMs() {
      return Math.max(0, endMs - performance.now())
    },
  }
}
