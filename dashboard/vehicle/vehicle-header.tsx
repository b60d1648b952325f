import type { Schemas } from '../../client/client.ts'
import { useApp } from '../app-context.ts'
import { Button } from '../ui/button.tsx'
import { VehicleState } from '../list/vehicle-state.tsx'
import { Icon } from '../ui/icon.tsx'
import { useNow } from '../ui/use-now.ts'

export interface VehicleHeaderProps {
  vehicle: string
  /** `undefined` while loading */
  about: Schemas['Vehicle'] | undefined
  onClose: () => void
}

/** Name, key, plate and state of a vehicle, with buttons to follow it and to close the panel. */
export function VehicleHeader({ vehicle, about, onClose }: VehicleHeaderProps) {
  const { table, followed } = useApp()
  void table.values.value
  const nowMs = useNow()
  const row = table.rowOf(vehicle)
  const name = about?.name || (row !== undefined && table.names[row]) || vehicle
  const isFollowed = followed.value === vehicle
  const hasPosition = row !== undefined && (table.timeMs[row] ?? 0) > 0
  return (
    <header class="vehicle-panel__header">
      <div class="vehicle-panel__title">
        <h2>{name}</h2>
        <p class="vehicle-panel__about">
          <span>{vehicle}</span>
          {about?.plate && <span>{about.plate}</span>}
          {about?.group && <span>{about.group}</span>}
          {row !== undefined && <VehicleState row={row} nowMs={nowMs} />}
        </p>
      </div>
      <button
        type="button"
        class="vehicle-panel__follow"
        aria-pressed={isFollowed}
        disabled={!hasPosition}
        onClick={() => (followed.value = isFollowed ? undefined : vehicle)}
      >
        <Icon name="follow" />
        <span class="vehicle-panel__word">{isFollowed ? 'Following' : 'Follow'}</span>
      </button>
      <Button label="Close" onClick={onClose}>
        <Icon name="close" />
      </Button>
    </header>
  )
}
