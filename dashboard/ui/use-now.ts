import { useEffect, useState } from 'preact/hooks'

/** The time of day, milliseconds since 1970; drawn again every `everyMs`, for ages. */
export function useNow(everyMs = 1000): number {
  const [nowMs, setNowMs] = useState(() => Date.now())
  useEffect(() => {
    const timer = setInterval(() => setNowMs(Date.now()), everyMs)
    return () => clearInterval(timer)
  }, [everyMs])
  return nowMs
}
