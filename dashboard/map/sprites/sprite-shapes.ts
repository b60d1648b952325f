import type { LiveState } from '../../../contract/live-frame.ts'

type Context = CanvasRenderingContext2D

/** Outline of each shape, so that it is visible on any map. */
const OUTLINE_PX = 1.75

/** Draws a state's shape, as in its badge, around 0 0 and at most `size` wide. Shape and colour each identify the state. */
export function stateShape(
  context: Context,
  state: LiveState,
  size: number,
  colour: string,
  edge: string,
): void {
  switch (state) {
    case 'moving':
      return arrow(context, size, colour, edge)
    case 'idling':
      return ringedDot(context, size, colour, edge)
    case 'stopped':
      return rectangle(context, size, colour, edge)
    case 'offline':
      return cross(context, size, colour, edge)
    case 'alert':
      return triangle(context, size, colour, edge)
    case 'stale':
      return rectangle(context, size, colour, edge, 0.3)
    case 'unknown':
      return hollow(context, size, colour, edge)
  }
}

/** An arrow to the north. */
export function arrow(context: Context, size: number, colour: string, edge: string): void {
  const half = size / 2 - OUTLINE_PX
  polygon(context, colour, edge, [
    [0, -half],
    [half * 0.78, half * 0.92],
    [0, half * 0.5],
    [-half * 0.78, half * 0.92],
  ])
}

export function disc(context: Context, size: number, colour: string, edge: string): void {
  circle(context, size / 2, edge)
  circle(context, size / 2 - OUTLINE_PX, colour)
}

export function ring(context: Context, size: number, width: number, colour: string, edge: string): void {
  const radius = size / 2 - width
  stroke(context, radius, width + 2, edge)
  stroke(context, radius, width, colour)
}

/** A circle with a coloured ring, so that its number is readable in any state. With an alert, it has a mark at its side. */
export function cluster(
  context: Context,
  size: number,
  colour: string,
  fill: string,
  hasAlert: boolean,
): void {
  circle(context, size / 2, fill)
  stroke(context, size / 2 - 3.5, 4, colour)
  if (!hasAlert) return
  context.save()
  context.translate(size * 0.36, -size * 0.36)
  triangle(context, 18, colour, fill)
  context.restore()
}

export function digit(context: Context, character: string, colour: string): void {
  context.font = '600 12px system-ui, sans-serif'
  context.textAlign = 'center'
  context.textBaseline = 'alphabetic'
  context.fillStyle = colour
  context.fillText(character, 0, 4.25)
}

function ringedDot(context: Context, size: number, colour: string, edge: string): void {
  circle(context, size / 2, edge)
  stroke(context, size / 2 - OUTLINE_PX - 1, 2.25, colour)
  circle(context, size / 2 - OUTLINE_PX - 4, colour)
}

/** A square, or a bar if `part` of its width is its height. */
function rectangle(context: Context, size: number, colour: string, edge: string, part = 1): void {
  const half = size / 2 - OUTLINE_PX - 0.5
  const high = half * part
  polygon(context, colour, edge, [
    [-half, -high],
    [half, -high],
    [half, high],
    [-half, high],
  ])
}

function hollow(context: Context, size: number, colour: string, edge: string): void {
  circle(context, size / 2, edge)
  stroke(context, size / 2 - OUTLINE_PX - 1, 2.25, colour)
}

function cross(context: Context, size: number, colour: string, edge: string): void {
  const half = size / 2 - OUTLINE_PX * 2
  context.lineCap = 'round'
  for (const [width, style] of [
    [2.5 + OUTLINE_PX * 2, edge],
    [2.5, colour],
  ] as const) {
    context.beginPath()
    context.moveTo(-half, -half)
    context.lineTo(half, half)
    context.moveTo(half, -half)
    context.lineTo(-half, half)
    context.lineWidth = width
    context.strokeStyle = style
    context.stroke()
  }
}

function triangle(context: Context, size: number, colour: string, edge: string): void {
  const half = size / 2 - OUTLINE_PX
  polygon(context, colour, edge, [
    [0, -half],
    [half, half * 0.8],
    [-half, half * 0.8],
  ])
  context.fillStyle = edge
  context.fillRect(-size * 0.05, -half * 0.32, size * 0.1, half * 0.58)
  context.fillRect(-size * 0.05, half * 0.42, size * 0.1, size * 0.1)
}

function polygon(context: Context, colour: string, edge: string, points: [x: number, y: number][]): void {
  context.beginPath()
  for (const [x, y] of points) context.lineTo(x, y)
  context.closePath()
  context.lineJoin = 'round'
  context.lineWidth = OUTLINE_PX * 2
  context.strokeStyle = edge
  context.stroke()
  context.fillStyle = colour
  context.fill()
}

function circle(context: Context, radius: number, colour: string): void {
  context.beginPath()
  context.arc(0, 0, radius, 0, 2 * Math.PI)
  context.fillStyle = colour
  context.fill()
}

function stroke(context: Context, radius: number, width: number, colour: string): void {
  context.beginPath()
  context.arc(0, 0, radius, 0, 2 * Math.PI)
  context.lineWidth = width
  context.strokeStyle = colour
  context.stroke()
}
