import type { ComponentChildren } from 'preact'
import { useEffect, useRef } from 'preact/hooks'
import { Button } from '../../ui/button.tsx'
import './admin-form.css'

export interface AdminFormProps {
  /** what the button says, e.g. "Create" */
  action: string
  kind?: 'primary' | 'danger'
  isBusy: boolean
  /** what is wrong besides what the fields show */
  error?: string | undefined
  onSubmit: () => void
  onCancel: () => void
  children?: ComponentChildren
}

/** Fields one below the other, and the two buttons. */
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
    // A dialog gives the focus to the first field that it finds when it opens; ours may come later.
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
