import type { JSX } from 'preact'
import { Field } from '../../ui/field.tsx'
import { KEY_HINT, KEY_INPUT_PATTERN } from './key-pattern.ts'

export interface KeyFieldProps {
  input: JSX.IntrinsicElements['input']
  /** a sentence before the hint about valid characters */
  hint?: string
  error: string | undefined
}

/** The key of a new vehicle or device. */
export function KeyField({ input, hint, error }: KeyFieldProps) {
  return (
    <Field label="Key" hint={hint === undefined ? KEY_HINT : `${hint} ${KEY_HINT}`} error={error}>
      <input {...input} required pattern={KEY_INPUT_PATTERN} autocomplete="off" spellcheck={false} />
    </Field>
  )
}
