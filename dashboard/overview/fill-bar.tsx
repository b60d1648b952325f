import './fill-bar.css'

export interface FillBarProps {
  label: string
  /** 0 to 1 */
  part: number
  /** in words, such as "12 MiB of 1 GiB" */
  text: string
}

/** A fill level: from 50 % a warning, from 90 % an alarm. */
export function FillBar({ label, part, text }: FillBarProps) {
  const percent = Math.min(100, Math.max(0, part * 100))
  return (
    <svg
      class={`fill-bar fill-bar--${fillKind(part)}`}
      role="meter"
      aria-label={label}
      aria-valuemin={0}
      aria-valuemax={100}
      aria-valuenow={Math.round(percent)}
      aria-valuetext={text}
      viewBox="0 0 100 6"
      preserveAspectRatio="none"
    >
      <rect class="fill-bar__room" width="100" height="6" />
      <rect class="fill-bar__fill" width={percent} height="6" />
    </svg>
  )
}

export function fillKind(part: number): 'normal' | 'warning' | 'danger' {
  if (part >= 0.9) return 'danger'
  return part >= 0.5 ? 'warning' : 'normal'
}
