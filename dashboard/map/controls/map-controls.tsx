import { useComputed } from '@preact/signals'
import type { ComponentChildren } from 'preact'
import { useApp } from '../../app-context.ts'
import { Icon } from '../../ui/icon.tsx'
import type { FleetMap } from '../fleet-map.ts'
import './map-controls.css'

/** Buttons of the map, for use without a wheel or keyboard. */
export function MapControls({ map }: { map: FleetMap }) {
  const { route, followed } = useApp()
  const selected = route.value.view === 'map' ? route.value.vehicle : undefined
  // A followed vehicle can be released without its panel.
  const vehicle = selected ?? followed.value
  const isFollowed = vehicle !== undefined && followed.value === vehicle
  const bearing = useComputed(() => Math.round(map.camera.value.bearing)).value
  return (
    <div class="map-controls" role="group" aria-label="Map">
      <ControlButton label="Zoom in" onClick={() => map.zoomBy(1)}>
        <Icon name="plus" />
      </ControlButton>
      <ControlButton label="Zoom out" onClick={() => map.zoomBy(-1)}>
        <svg class="icon" viewBox="0 0 24 24" aria-hidden="true">
          <path d="M5 12h14" fill="none" stroke="currentColor" stroke-width="1.8" stroke-linecap="round" />
        </svg>
      </ControlButton>
      <ControlButton label="Show all vehicles (f)" onClick={map.fit}>
        <Icon name="fit" />
      </ControlButton>
      {vehicle !== undefined && (
        <ControlButton
          label={`Follow ${vehicle}`}
          isPressed={isFollowed}
          onClick={() => {
            followed.value = isFollowed ? undefined : vehicle
          }}
        >
          <Icon name="follow" />
        </ControlButton>
      )}
      {bearing !== 0 && (
        <ControlButton label="Reset to north" onClick={map.resetNorth}>
          <svg
            class="icon"
            viewBox="0 0 24 24"
            aria-hidden="true"
            style={{ transform: `rotate(${-bearing}deg)` }}
          >
            <path d="M12 2l4 10H8z" fill="var(--danger)" />
            <path d="M12 22l4-10H8z" fill="currentColor" />
          </svg>
        </ControlButton>
      )}
    </div>
  )
}

function ControlButton(props: {
  label: string
  isPressed?: boolean
  onClick: () => void
  children: ComponentChildren
}) {
  const { label, isPressed, onClick, children } = props
  return (
    <button
      type="button"
      class="map-controls__button"
      aria-label={label}
      aria-pressed={isPressed}
      title={label}
      onClick={onClick}
    >
      {children}
    </button>
  )
}
