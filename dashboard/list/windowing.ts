/** Rows drawn beyond the visible ones on either side, so that scrolling shows no holes. */
export const OVERSCAN_ROWS = 6

export interface Viewport {
  scrollTop: number
  height: number
  rowHeight: number
  count: number
}

/** The rows to draw: `first` inclusive, `last` exclusive. */
export function windowOf({ scrollTop, height, rowHeight, count }: Viewport): { first: number; last: number } {
  const top = Math.max(0, Math.floor(scrollTop / rowHeight) - OVERSCAN_ROWS)
  const bottom = Math.ceil((scrollTop + height) / rowHeight) + OVERSCAN_ROWS
  return { first: Math.min(top, count), last: Math.min(bottom, count) }
}

/** The scroll position at which a row is fully visible, as near as possible to the current one. */
export function scrollToShow(index: number, { scrollTop, height, rowHeight }: Viewport): number {
  const top = index * rowHeight
  if (top < scrollTop) return top
  const over = top + rowHeight - (scrollTop + height)
  return over > 0 ? scrollTop + over : scrollTop
}

/** The row that a key moves to from a row (-1 for none); `undefined` if the key does not move. */
export function moveBy(
  key: string,
  from: number,
  { height, rowHeight, count }: Viewport,
): number | undefined {
  const page = Math.max(1, Math.floor(height / rowHeight) - 1)
  const steps: Record<string, number> = {
    ArrowDown: from + 1,
    ArrowUp: from - 1,
    PageDown: from + page,
    PageUp: from - page,
    Home: 0,
    End: count - 1,
  }
  const to = steps[key]
  return to === undefined || count === 0 ? undefined : Math.min(Math.max(to, 0), count - 1)
}
