import type { ComponentChildren } from 'preact'
import './empty-state.css'

/** There is nothing to show; the children say what to do about it. */
export function EmptyState({ title, children }: { title: string; children?: ComponentChildren }) {
  return (
    <div class="empty-state">
      <h3 class="empty-state__title">{title}</h3>
      {children}
    </div>
  )
}
