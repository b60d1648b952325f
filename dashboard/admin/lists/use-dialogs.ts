import { useState } from 'preact/hooks'
import { useApp } from '../../app-context.ts'

/** The open dialog of a section, at most one at a time. */
export interface Dialogs<Open> {
  open: Open | undefined
  setOpen: (open: Open) => void
  close: () => void
  /** Closes the dialog, reloads the section's list and shows a notice. */
  onDone: (message: string) => void
}

/** `reload` reads the section's list again. */
export function useDialogs<Open>(reload: () => void): Dialogs<Open> {
  const { notify } = useApp()
  const [open, setOpen] = useState<Open>()
  const close = () => setOpen(undefined)
  function onDone(message: string): void {
    close()
    reload()
    notify(message)
  }
  return { open, setOpen, close, onDone }
}
