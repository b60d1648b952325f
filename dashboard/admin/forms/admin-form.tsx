import type { ComponentChildren } from 'preact'
import { useEffect, useRef } from 'preact/hooks'
import { Button } from '../../ui/button.tsx'
import './admin-form.css'

export interface AdminFormProps {
  /** text of the button, such as "Create" */
  action: string
  kind?: 'primary' | 'danger'
  isBusy: boolean
  /** an error that no field shows */
  error?: string | undefined
  onSubmit: () => void
  onCancel: () => void
  children?: ComponentChildren
}

/** A form of fields one below the other, with its buttons. */
export function AdminForm({
  action,
  kind = 'primary',
  isBusy,
  error,
  onSubmit,
  onCancel,
  children,
}: AdminFormProps) {
  const form = useRef<HTMLFormElement>(null)
  useEffect(() => {
    // A dialog focuses its first field when it opens. The fields of this form may come later.
    if (form.current?.contains(document.activeElement)) return
    const first = form.current?.querySelector('input, select, textarea')
    if (first instanceof HTMLElement) first.focus()
  }, [])
  return (
    <form
      ref={form}
      class="admin-form"
      onSubmit={(event) => {
        event.preventDefault()
        onSubmit()
      }}
    >
      {children}
      {error !== undefined && (
        <p class="admin-form__error" role="alert">
          {error}
        </p>
      )}
      <div class="admin-form__buttons">
        <Button onClick={onCancel}>Cancel</Button>
        <Button type="submit" kind={kind} disabled={isBusy}>
          {action}
        </Button>
      </div>
    </form>
  )
}
