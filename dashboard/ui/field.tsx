import { cloneElement, type VNode } from 'preact'
import { useId } from 'preact/hooks'
import './field.css'

export interface FieldProps {
  label: string
  hint?: string | undefined
  /** why the input is invalid */
  error?: string | undefined
  /** one input, select or textarea; gets the id and the description */
  children: VNode<Record<string, unknown>>
}

export function Field({ label, hint, error, children }: FieldProps) {
  const made = useId()
  const given = children.props['id']
  const id = typeof given === 'string' ? given : made
  const described = [hint !== undefined && `${id}-hint`, error !== undefined && `${id}-error`].filter(Boolean)
  return (
    <div class="field">
      <label class="field__label" for={id}>
        {label}
      </label>
      {cloneElement(children, {
        id,
        'aria-describedby': described.length > 0 ? described.join(' ') : undefined,
        'aria-invalid': error === undefined ? undefined : 'true',
      })}
      {hint !== undefined && (
        <span class="field__hint" id={`${id}-hint`}>
          {hint}
        </span>
      )}
      {error !== undefined && (
        <span class="field__error" id={`${id}-error`}>
          {error}
        </span>
      )}
    </div>
  )
}
