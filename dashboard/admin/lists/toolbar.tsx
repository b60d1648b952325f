import type { ComponentChildren } from 'preact'
import { Button } from '../../ui/button.tsx'
import { Icon } from '../../ui/icon.tsx'
import './toolbar.css'

export interface SearchProps {
  label: string
  value: string
  onChange: (value: string) => void
}

/** The row above a list: its search on the left, its buttons on the right. */
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

/** Opens the dialog that creates a record, for example "New vehicle". */
export function NewButton({ label, onClick }: { label: string; onClick: () => void }) {
  return (
    <Button kind="primary" onClick={onClick}>
      <Icon name="plus" /> {label}
    </Button>
  )
}
