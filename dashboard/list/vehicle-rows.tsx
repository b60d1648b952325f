import { useEffect, useRef, useState } from 'preact/hooks'
import type { RefObject } from 'preact'
import { useApp } from '../app-context.ts'
import { vehiclePath } from '../routing/routes.ts'
import { useNow } from '../ui/use-now.ts'
import { VehicleRow } from './vehicle-row.tsx'
import { moveBy, scrollToShow, windowOf, type Viewport } from './windowing.ts'

/** px, as in vehicle-list.css */
const ROW_HEIGHT = 56

/**
 * A listbox of which only the rows in view are in the page, so that ten thousand cost as much as thirty. The focus stays on
 * the box and `aria-activedescendant` names the row.
 */
export function VehicleRows({ element }: { element: RefObject<HTMLDivElement | null> }) {
  const app = useApp()
  const { filter, table, route } = app
  const nowMs = useNow()
  void table.values.value
  const rows = filter.rows.value
  const at = route.value
  const opened = at.view === 'map' ? at.vehicle : undefined
  const [activeKey, setActiveKey] = useState(opened)
  const [view, setView] = useState({ scrollTop: 0, height: 600 })
  const viewport: Viewport = { ...view, rowHeight: ROW_HEIGHT, count: rows.length }
  const { first, last } = windowOf(viewport)

  const indexOf = (key: string | undefined) => {
    const row = key === undefined ? undefined : table.rowOf(key)
    return row === undefined ? -1 : rows.indexOf(row)
  }
  const active = indexOf(activeKey)

  function measure(): void {
    const box = element.current
    if (!box) return
    const { scrollTop, clientHeight: height } = box
    setView((it) => (it.scrollTop === scrollTop && it.height === height ? it : { scrollTop, height }))
  }

  function show(index: number): void {
    const box = element.current
    if (!box || index < 0) return
    const { scrollTop, clientHeight: height } = box
    box.scrollTop = scrollToShow(index, { ...viewport, scrollTop, height })
    measure()
  }

  function open(index: number): void {
    const key = table.keys[rows[index] ?? -1]
    if (key === undefined) return
    setActiveKey(key)
    app.navigate(vehiclePath(key, at.view === 'map' && at.vehicle !== undefined ? at.tab : 'now'))
  }

  useEffect(() => {
    const box = element.current
    if (!box) return undefined
    const observer = new ResizeObserver(measure)
    observer.observe(box)
    return () => observer.disconnect()
  }, [])

  // However it was chosen, on the map as well, it is brought into view; when it is closed, the keyboard goes on from here.
  const openedBefore = useRef<string | undefined>(undefined)
  useEffect(() => {
    if (opened !== undefined) {
      setActiveKey(opened)
      show(indexOf(opened))
    } else if (openedBefore.current !== undefined && document.activeElement === document.body) {
      element.current?.focus({ preventScroll: true })
    }
    openedBefore.current = opened
  }, [opened])

  function onKeyDown(event: KeyboardEvent): void {
    if (event.key === 'Enter' || event.key === ' ') {
      event.preventDefault()
      open(active < 0 ? 0 : active)
      return
    }
    const to = moveBy(event.key, active, viewport)
    if (to === undefined) return
    event.preventDefault()
    setActiveKey(table.keys[rows[to] ?? -1])
    show(to)
  }

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
        if (active < 0) setActiveKey(table.keys[rows[0] ?? -1])
      }}
    >
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
              isActive={key === activeKey}
              nowMs={nowMs}
              onOpen={() => open(index)}
            />
          )
        })}
      </div>
    </div>
  )
}
