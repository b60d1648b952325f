import { useState } from 'preact/hooks'
import { useApp } from '../../app-context.ts'

/**
 * The dialog of a section that is open, of which there is one at a time. `onDone` closes it, reloads what the section shows, and
 * notifies the user.
 */
export function useDialogs<Open>(reload: () => void) {
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
