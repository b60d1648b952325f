import type { ComponentChildren } from 'preact'
import './button.css'

export interface ButtonProps {
  kind?: 'primary' | 'plain' | 'danger'
  type?: 'button' | 'submit'
  disabled?: boolean
  onClick?: (event: MouseEvent) => void
  /** name of a button that shows only an icon */
  label?: string
  children?: ComponentChildren
}

export function Button({ kind = 'plain', type = 'button', disabled, onClick, label, children }: ButtonProps) {
  const names = ['button', `button--${kind}`, label !== undefined && 'button--icon']
  return (
    <button
      type={type}
      class={names.filter(Boolean).join(' ')}
      disabled={disabled}
      onClick={onClick}
      aria-label={label}
      title={label}
    >
      {children}
    </button>
  )
}
