import type { ComponentChildren } from 'preact'
import { useEffect, useState } from 'preact/hooks'
import { Dialog } from '../../ui/dialog.tsx'
import { ErrorState } from '../../ui/error-state.tsx'
import { Loading } from '../../ui/loading.tsx'
import type { Answer } from './answer.ts'

export interface EditDialogProps<T> {
  title: string
  load: () => Promise<Answer<T>>
  onClose: () => void
  /** The form. `reload` reads the record again and shows a new form. */
  children: (data: T, etag: string | undefined, reload: () => void) => ComponentChildren
}

/** A dialog that reads the current version of a record and shows its form. */
export function EditDialog<T>({ title, onClose, ...loaded }: EditDialogProps<T>) {
  return (
    <Dialog title={title} onClose={onClose}>
      <Loaded {...loaded} />
    </Dialog>
  )
}

function Loaded<T>({ load, children }: Pick<EditDialogProps<T>, 'load' | 'children'>) {
  const [answer, setAnswer] = useState<Answer<T>>()
  const [round, setRound] = useState(0)

  useEffect(() => {
    let isOver = false
    setAnswer(undefined)
    void load().then((it) => {
      if (!isOver) setAnswer(it)
    })
    return () => void (isOver = true)
  }, [round])

  const reload = () => setRound((it) => it + 1)
  if (answer === undefined) return <Loading label="Loading" />
  if (answer.data === undefined) return <ErrorState problem={answer.problem} onRetry={reload} />
  return <>{children(answer.data, answer.etag, reload)}</>
}
