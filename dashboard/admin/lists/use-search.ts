import { useState } from 'preact/hooks'
import { useDebounced } from './use-debounced.ts'

/** A search field: `search` as typed, `text` without blanks around it once typing has paused. */
export function useSearch() {
  const [search, setSearch] = useState('')
  const text = useDebounced(search.trim())
  return { search, setSearch, text }
}
