import { useEffect, useRef } from 'preact/hooks'

/** A signal that aborts when the component is removed. */
export function useUnmountSignal(): AbortSignal {
  const controller = useRef(new AbortController())
  useEffect(() => () => controller.current.abort(), [])
  return controller.current.signal
}
