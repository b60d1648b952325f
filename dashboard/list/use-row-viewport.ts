import type { RefObject } from 'preact'
import { useEffect, useState } from 'preact/hooks'
import { scrollToShow, type Viewport } from './windowing.ts'

export interface RowViewport {
  viewport: Viewport
  /** Reads the scroll position and the height of the box. */
  measure: () => void
  /** Scrolls a row into view; -1 for none. */
  show: (index: number) => void
}

/** The part of a list of `count` rows that its box shows. `rowHeight` is in px. */
export function useRowViewport(
  element: RefObject<HTMLElement | null>,
  rowHeight: number,
  count: number,
): RowViewport {
  const [view, setView] = useState({ scrollTop: 0, height: 600 })
  const viewport: Viewport = { ...view, rowHeight, count }

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

  useEffect(() => {
    const box = element.current
    if (!box) return undefined
    const observer = new ResizeObserver(measure)
    observer.observe(box)
    return () => observer.disconnect()
  }, [])

  return { viewport, measure, show }
}
