import type { ComponentChildren } from 'preact'
import { useEffect, useId, useRef } from 'preact/hooks'
import { Button } from './button.tsx'
import { Icon } from './icon.tsx'
import './dialog.css'

export interface DialogProps {
  title: string
  /** Called on Esc and by the close button; the parent then removes the dialog. */
  onClose: () => void
  children: ComponentChildren
}

/** A modal dialog that is open while it is rendered. The focus stays inside and then returns. */
export function Dialog({ title, onClose, children }: DialogProps) {
  const element = useRef<HTMLDialogElement>(null)
  const id = useId()

  useEffect(() => {
    const dialog = element.current
    const before = document.activeElement
    if (dialog?.open === false) dialog.showModal()
    // The first field, not the close button before it.
    const first = dialog?.querySelector('.dialog__body :is(input, select, textarea):not([tabindex="-1"])')
    if (first instanceof HTMLElement) first.focus()
    return () => {
      dialog?.close()
      if (before instanceof HTMLElement) before.focus()
    }
  }, [])

  return (
    <dialog
      ref={element}
      class="dialog"
      aria-labelledby={id}
      onCancel={(event) => {
        event.preventDefault()
        onClose()
      }}
    >
      <div class="dialog__head">
        <h2 id={id}>{title}</h2>
        <Button label="Close" onClick={onClose}>
          <Icon name="close" />
        </Button>
      </div>
      <div class="dialog__body">{children}</div>
    </dialog>
  )
}
