import type { Picked } from './fleet-picker.ts'

const CLICK_PX_MAX = 4
const MOUSE_RADIUS_PX = 14
const TOUCH_RADIUS_PX = 24

export interface MapPointerOptions {
  element: HTMLElement
  pick: (x: number, y: number, radiusPx: number) => Picked | undefined
  /** `x` and `y` are CSS pixels from the element's corner */
  onHover: (hover: { picked: Picked; x: number; y: number } | undefined) => void
  onClick: (picked: Picked) => void
}

export interface MapPointer {
  /** Picks again, after a change of what is drawn. */
  again(): void
  stop(): void
}

/** Reports what the pointer is over, and what is clicked: pressed without moving. */
export function watchPointer({ element, pick, onHover, onClick }: MapPointerOptions): MapPointer {
  const stop = new AbortController()
  const { signal } = stop
  let at: { x: number; y: number } | undefined
  let down: { x: number; y: number } | undefined
  let frame = 0
  const placeOf = ({ clientX, clientY }: MouseEvent) => {
    const { left, top } = element.getBoundingClientRect()
    return { x: clientX - left, y: clientY - top }
  }
  const look = () => {
    frame = 0
    const picked = at && pick(at.x, at.y, MOUSE_RADIUS_PX)
    onHover(at && picked && { picked, ...at })
  }
  const soon = () => {
    frame ||= requestAnimationFrame(look)
  }
  const isOnMap = ({ target }: Event) => target instanceof HTMLCanvasElement
  element.addEventListener(
    'pointermove',
    (event) => {
      // A finger hides what it touches, and a pressed button drags.
      at =
        event.pointerType === 'touch' || event.buttons !== 0 || !isOnMap(event) ? undefined : placeOf(event)
      soon()
    },
    { signal },
  )
  element.addEventListener(
    'pointerleave',
    () => {
      at = undefined
      soon()
    },
    { signal },
  )
  element.addEventListener(
    'pointerdown',
    (event) => {
      down = event.isPrimary && event.button === 0 && isOnMap(event) ? placeOf(event) : undefined
    },
    { signal, capture: true },
  )
  element.addEventListener(
    'pointerup',
    (event) => {
      const up = placeOf(event)
      if (down === undefined || Math.hypot(up.x - down.x, up.y - down.y) > CLICK_PX_MAX) return
      const picked = pick(up.x, up.y, event.pointerType === 'touch' ? TOUCH_RADIUS_PX : MOUSE_RADIUS_PX)
      if (picked) onClick(picked)
    },
    { signal },
  )
  return {
    again() {
      if (at) soon()
    },
    stop() {
      cancelAnimationFrame(frame)
      stop.abort()
    },
  }
}
