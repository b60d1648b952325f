import { useState } from 'preact/hooks'

type Input = HTMLInputElement | HTMLTextAreaElement

/** The attributes of the input of a field. */
export type DraftField<Draft> = (name: keyof Draft & string) => {
  name: string
  value: string
  onInput: (event: Event & { currentTarget: Input }) => void
}

/** The texts of a form's fields while they are edited. */
export function useDraft<Draft extends { [K in keyof Draft]: string }>(
  initial: () => Draft,
): { draft: Draft; field: DraftField<Draft> } {
  const [draft, setDraft] = useState<Draft>(initial)
  const field: DraftField<Draft> = (name) => ({
    name,
    value: draft[name],
    onInput: (event) => setDraft({ ...draft, [name]: event.currentTarget.value }),
  })
  return { draft, field }
}
