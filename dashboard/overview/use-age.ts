import { useEffect, useState } from 'preact/hooks'

/** Milliseconds since `atMs` on the clock of `performance.now()`, anew each second. */
export function useAge(atMs: number): number {
  const [nowMs, setNowMs] = useState(() => performance.now())
  useEffect(() => {
    const timer = setInterval(() => setNowMs(performance.now()), 1000)
    return () => clearInterval(timer)
  }, [])
  return Math.max(0, nowMs - atMs)
}
