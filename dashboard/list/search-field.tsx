import { useEffect, useRef } from 'preact/hooks'
import { useApp } from '../app-context.ts'
import { Icon } from '../ui/icon.tsx'

/** The search of the list. `/` focuses it from anywhere. Esc clears it, and leaves it when it is empty. */
export function SearchField({ onLeave }: { onLeave: () => void }) {
  const { filter } = useApp()
  const input = useRef<HTMLInputElement>(null)

  useEffect(() => {
    const focus = (event: KeyboardEvent) => {
      if (event.key !== '/' || event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target))
        return
      if (document.querySelector('dialog[open]')) return
      event.preventDefault()
      input.current?.focus()
      input.current?.select()
    }
    document.addEventListener('keydown', focus)
    return () => document.removeEventListener('keydown', focus)
  }, [])

  return (
    <div class="vehicle-list__search">
      <Icon name="search" />
      <input
        ref={input}
        type="search"
        aria-label="Search vehicles by name, key, plate, VIN or tag"
        aria-keyshortcuts="/"
        placeholder="Search vehicles"
        autocomplete="off"
        spellcheck={false}
        value={filter.text.value}
        onInput={(event) => filter.change({ text: event.currentTarget.value })}
        onKeyDown={(event) => {
          if (event.key === 'Escape') {
            event.preventDefault()
            if (filter.text.value === '') event.currentTarget.blur()
            else filter.change({ text: '' })
          } else if (event.key === 'ArrowDown' || event.key === 'Enter') {
            event.preventDefault()
            onLeave()
          }
        }}
      />
      <kbd class="vehicle-list__shortcut" aria-hidden="true">
        /
      </kbd>
    </div>
  )
}

function isTyping(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && target.matches('input, textarea, select, [contenteditable="true"]')
}
