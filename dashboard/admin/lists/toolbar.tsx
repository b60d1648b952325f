import type { ComponentChildren } from 'preact'
import './toolbar.css'

export interface SearchProps {
  label: string
  value: string
  onChange: (value: string) => void
}

/** Search on the left, what can be done on the right. */
export function Toolbar({ children }: { children: ComponentChildren }) {
  return <div class="toolbar">{children}</div>
}

export function Search({ label, value, onChange }: SearchProps) {
  return (
    <input
      class="toolbar__search"
      type="search"
      aria-label={label}
      placeholder={label}
      maxLength={64}
      value={value}
      onInput={(event) => onChange(event.currentTarget.value)}
    />
  )
}
