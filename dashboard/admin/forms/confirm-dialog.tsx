import type { ComponentChildren } from 'preact'
import { Dialog } from '../../ui/dialog.tsx'
import { AdminForm } from './admin-form.tsx'
import type { Answer } from './answer.ts'
import { readProblem } from './problem-fields.ts'
import { useSubmit } from './use-submit.ts'

export interface ConfirmDialogProps<T> {
  title: string
  /** text of the button, such as "Delete" */
  action: string
  run: () => Promise<Answer<T>>
  onDone: (answer: Answer<T>) => void
  onClose: () => void
  /** the consequences */
  children: ComponentChildren
}

/** Asks for confirmation of something that cannot be undone. */
export function ConfirmDialog<T>({ title, action, run, onDone, onClose, children }: ConfirmDialogProps<T>) {
  const submit = useSubmit()
  return (
    <Dialog title={title} onClose={onClose}>
      <AdminForm
        action={action}
        kind="danger"
        isBusy={submit.isBusy}
        error={readProblem(submit.problem, []).rest}
        onSubmit={() => submit.run(run, onDone)}
        onCancel={onClose}
      >
        {children}
      </AdminForm>
    </Dialog>
  )
}
