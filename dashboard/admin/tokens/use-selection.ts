import { useState } from 'preact/hooks'

/** Rows that are selected by a checkbox, by their ids. */
export interface Selection {
  has: (id: string) => boolean
  select: (id: string, isSelected: boolean) => void
  clear: () => void
}

export function useSelection(): Selection {
  const [ids, setIds] = useState<ReadonlySet<string>>(new Set())
  return {
    has: (id) => ids.has(id),
    select(id, isSelected) {
      const next = new Set(ids)
      if (isSelected) next.add(id)
      else next.delete(id)
      setIds(next)
    },
    clear: () => setIds(new Set()),
  }
}
