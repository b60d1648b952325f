import type { ComponentChildren } from 'preact'
import './empty-state.css'

/** Shown instead of content that does not exist. The children say what to do. */
export function EmptyState({ title, children }: { title: string; children?: ComponentChildren }) {
  return (
    <div class="empty-state">
      <h2 class="empty-state__title">{title}</h2>
      {children}
    </div>
  )
}
