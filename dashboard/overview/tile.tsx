import type { ComponentChildren } from 'preact'
import { useId } from 'preact/hooks'
import './tile.css'

export interface TileProps {
  title: string
  /** the main figure */
  value: string
  /** text beside the value, such as its unit */
  unit?: string | undefined
  kind?: 'normal' | 'warning' | 'danger'
  children?: ComponentChildren
}

export function Tile({ title, value, unit, kind = 'normal', children }: TileProps) {
  const id = useId()
  return (
    <section class={`tile tile--${kind}`} aria-labelledby={id}>
      <h3 class="tile__title" id={id}>
        {title}
      </h3>
      <p class="tile__value">
        {value}
        {unit !== undefined && <span class="tile__unit"> {unit}</span>}
      </p>
      {children}
    </section>
  )
}

/** Further figures with their names, below a tile's value. */
export function TileFacts({ facts }: { facts: readonly (readonly [name: string, value: string])[] }) {
  return (
    <dl class="tile__facts">
      {facts.map(([name, value]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  )
}
