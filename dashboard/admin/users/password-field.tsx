import { Button } from '../../ui/button.tsx'
import { Field } from '../../ui/field.tsx'
import { makePassword } from './make-password.ts'

export interface PasswordFieldProps {
  value: string
  error: string | undefined
  onChange: (value: string) => void
}

/** A password for another user, readable so that it can be passed on. */
export function PasswordField({ value, error, onChange }: PasswordFieldProps) {
  return (
    <>
      <Field
        label="Password"
        hint="At least 10 characters. Pass it on now: it cannot be shown again."
        error={error}
      >
        <input
          name="password"
          required
          minLength={10}
          maxLength={1000}
          autocomplete="off"
          spellcheck={false}
          value={value}
          onInput={(event) => onChange(event.currentTarget.value)}
        />
      </Field>
      <Button onClick={() => onChange(makePassword())}>Generate</Button>
    </>
  )
}
