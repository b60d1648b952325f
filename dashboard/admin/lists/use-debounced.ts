import { useEffect, useState } from 'preact/hooks'

/** `value` once it was the same for `ms`: not every letter that is typed is a question. */
export function useDebounced<T>(value: T, ms = 250): T {
  const [settled, setSettled] = useState(value)
  useEffect(() => {
    const timer = setTimeout(() => setSettled(() => value), ms)
    return () => clearTimeout(timer)
  }, [value, ms])
  return settled
}
