/** Reactions to the mouse, fingers and keys on a map without a library. */
export interface CanvasInput {
  /** CSS pixels */
  pan: (dx: number, dy: number) => void
  /** steps of zoom, around a point of the screen */
  zoom: (by: number, screenX: number, screenY: number) => void
  /** steps of the keyboard: right, down, nearer */
  step: (change: { x: number; y: number; zoom: number }) => void
  /** A drag begins or ends. */
  held: (isHeld: boolean) => void
  /** The wheel has stopped. */
  rest: () => void
}

const DRAG_PX_MIN = 4
const WHEEL_ZOOM_PER_PX = 1 / 300
const WHEEL_REST_MS = 200

const STEPS: Record<string, { x: number; y: number; zoom: number }> = {
  ArrowLeft: { x: -1, y: 0, zoom: 0 },
  ArrowRight: { x: 1, y: 0, zoom: 0 },
  ArrowUp: { x: 0, y: -1, zoom: 0 },
  ArrowDown: { x: 0, y: 1, zoom: 0 },
  '+': { x: 0, y: 0, zoom: 1 },
  '=': { x: 0, y: 0, zoom: 1 },
  '-': { x: 0, y: 0, zoom: -1 },
}

/** Listens to dragging, two fingers, the wheel and keys. Returns a function that stops this. */
export function handleCanvasInput(canvas: HTMLCanvasElement, input: CanvasInput): () => void {
  const stop = new AbortController()
  const { signal } = stop
  const pointers = new Map<number, { x: number; y: number }>()
  let isDragging = false
  let moved = 0
  const at = ({ offsetX, offsetY }: MouseEvent) => ({ x: offsetX, y: offsetY })
  canvas.addEventListener(
    'pointerdown',
    (event) => {
      canvas.setPointerCapture(event.pointerId)
      pointers.set(event.pointerId, at(event))
      moved = 0
    },
    { signal },
  )
  canvas.addEventListener(
    'pointermove',
    (event) => {
      const before = pointers.get(event.pointerId)
      if (before === undefined) return
      const now = at(event)
      moved += Math.hypot(now.x - before.x, now.y - before.y)
      if (!isDragging && moved < DRAG_PX_MIN) return
      if (!isDragging) input.held(true)
      isDragging = true
      const other = [...pointers].find(([id]) => id !== event.pointerId)?.[1]
      pointers.set(event.pointerId, now)
      input.pan((now.x - before.x) / pointers.size, (now.y - before.y) / pointers.size)
      if (other === undefined) return
      const spread = Math.hypot(now.x - other.x, now.y - other.y)
      const spreadBefore = Math.hypot(before.x - other.x, before.y - other.y)
      if (spread < 1 || spreadBefore < 1) return
      input.zoom(Math.log2(spread / spreadBefore), (now.x + other.x) / 2, (now.y + other.y) / 2)
    },
    { signal },
  )
  const onUp = (event: PointerEvent) => {
    pointers.delete(event.pointerId)
    if (pointers.size > 0 || !isDragging) return
    isDragging = false
    input.held(false)
  }
  canvas.addEventListener('pointerup', onUp, { signal })
  canvas.addEventListener('pointercancel', onUp, { signal })
  let wheelTimer: ReturnType<typeof setTimeout> | undefined
  canvas.addEventListener(
    'wheel',
    (event) => {
      event.preventDefault()
      const px = event.deltaMode === WheelEvent.DOM_DELTA_PIXEL ? event.deltaY : event.deltaY * 40
      const { x, y } = at(event)
      input.zoom(-px * WHEEL_ZOOM_PER_PX, x, y)
      clearTimeout(wheelTimer)
      wheelTimer = setTimeout(input.rest, WHEEL_REST_MS)
    },
    { signal, passive: false },
  )
  canvas.addEventListener(
    'keydown',
    (event) => {
      const step = STEPS[event.key]
      if (step === undefined || event.ctrlKey || event.metaKey || event.altKey) return
      event.preventDefault()
      input.step(step)
    },
    { signal },
  )
  return () => {
    clearTimeout(wheelTimer)
    stop.abort()
  }
}
