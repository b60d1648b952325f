import { useEffect, useRef, useState } from 'preact/hooks'
import type { RefObject } from 'preact'
import { useApp } from '../app-context.ts'
import { vehiclePath } from '../routing/routes.ts'
import { useNow } from '../ui/use-now.ts'
import { useRowViewport } from './use-row-viewport.ts'
import { VehicleRow } from './vehicle-row.tsx'
import { moveBy, windowOf, type Viewport } from './windowing.ts'

/** px, as in vehicle-list.css */
const ROW_HEIGHT = 56

interface Props {
  element: RefObject<HTMLDivElement | null>
}

/**
 * A listbox with only the rows in view in the page, so that ten thousand vehicles cost as much as thirty. The focus stays on
 * the box; `aria-activedescendant` names the active row.
 */
export function VehicleRows({ element }: Props) {
  const app = useApp()
  const rows = app.filter.rows.value
  const at = app.route.value
  const opened = at.view === 'map' ? at.vehicle : undefined
  const [activeKey, setActiveKey] = useState(opened)
  const { viewport, measure, show } = useRowViewport(element, ROW_HEIGHT, rows.length)

  const keyAt = (index: number) => app.table.keys[rows[index] ?? -1]
  const indexOf = (key: string | undefined) => {
    const row = key === undefined ? undefined : app.table.rowOf(key)
    return row === undefined ? -1 : rows.indexOf(row)
  }
  const active = indexOf(activeKey)

  function activate(key: string): void {
    setActiveKey(key)
    show(indexOf(key))
  }

  function open(index: number): void {
    const key = keyAt(index)
    if (key === undefined) return
    setActiveKey(key)
    app.navigate(vehiclePath(key, at.view === 'map' && at.vehicle !== undefined ? at.tab : 'now'))
  }

  function onKeyDown(event: KeyboardEvent): void {
    if (event.key === 'Enter' || event.key === ' ') {
      event.preventDefault()
      open(active < 0 ? 0 : active)
      return
    }
    const to = moveBy(event.key, active, viewport)
    if (to === undefined) return
    event.preventDefault()
    setActiveKey(keyAt(to))
    show(to)
  }

  useOpenedVehicle(element, opened, activate)
  const { first, last } = windowOf(viewport)
  const isDrawn = active >= first && active < last
  return (
    <div
      ref={element}
      class="vehicle-list__rows"
      role="listbox"
      aria-label="Vehicles"
      tabIndex={0}
      aria-activedescendant={isDrawn ? `vehicle-${activeKey}` : undefined}
      onScroll={measure}
      onKeyDown={onKeyDown}
      onFocus={() => {
        if (active < 0) setActiveKey(keyAt(0))
      }}
    >
      <RowsInView viewport={viewport} opened={opened} active={activeKey} onOpen={open} />
    </div>
  )
}

/** Brings an opened vehicle into view, also one chosen on the map. When it is closed, the keyboard continues in the list. */
function useOpenedVehicle(
  element: Props['element'],
  opened: string | undefined,
  activate: (key: string) => void,
): void {
  const before = useRef<string | undefined>(undefined)
  useEffect(() => {
    if (opened !== undefined) activate(opened)
    else if (before.current !== undefined && document.activeElement === document.body)
      element.current?.focus({ preventScroll: true })
    before.current = opened
  }, [opened])
}

interface RowsInViewProps {
  viewport: Viewport
  /** keys */
  opened: string | undefined
  active: string | undefined
  onOpen: (index: number) => void
}

function RowsInView({ viewport, opened, active, onOpen }: RowsInViewProps) {
  const { filter, table } = useApp()
  const nowMs = useNow()
  void table.values.value
  const rows = filter.rows.value
  const { first, last } = windowOf(viewport)
  return (
    <div class="vehicle-list__all" role="presentation" style={{ height: `${rows.length * ROW_HEIGHT}px` }}>
      {Array.from(rows.subarray(first, last), (row, offset) => {
        const index = first + offset
        const key = table.keys[row] ?? ''
        return (
          <VehicleRow
            key={key}
            row={row}
            index={index}
            count={rows.length}
            top={index * ROW_HEIGHT}
            isOpen={key === opened}
            isActive={key === active}
            nowMs={nowMs}
            onOpen={() => onOpen(index)}
          />
        )
      })}
    </div>
  )
}
