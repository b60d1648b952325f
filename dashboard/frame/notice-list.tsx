import { Button } from '../ui/button.tsx'
import { Icon } from '../ui/icon.tsx'
import type { Notices } from './notices.ts'
import './notice-list.css'

/** Notices. The region is always present, so that screen readers read what is added. */
export function NoticeList({ notices }: { notices: Notices }) {
  return (
    <div class="notice-list" role="log" aria-label="Notices" aria-live="polite">
      {notices.shown.value.map(({ id, text, kind }) => (
        <div key={id} class={`notice-list__notice notice-list__notice--${kind}`}>
          <span>{text}</span>
          <Button label="Dismiss" onClick={() => notices.dismiss(id)}>
            <Icon name="close" />
          </Button>
        </div>
      ))}
    </div>
  )
}
