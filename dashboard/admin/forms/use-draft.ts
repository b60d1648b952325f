import { useState } from 'preact/hooks'

/** The texts of a form's fields while they are edited, and for each name the attributes of its input. */
export function useDraft<Draft extends { [K in keyof Draft]: string }>(initial: () => Draft) {
  const [draft, setDraft] = useState<Draft>(initial)
  const field = (name: keyof Draft & string) => ({
    name,
    value: draft[name],
    onInput: (event: Event & { currentTarget: HTMLInputElement | HTMLTextAreaElement }) =>
      setDraft({ ...draft, [name]: event.currentTarget.value }),
  })
  return { draft, field }
}
