import { type Camera, toScreen } from '../camera/camera.ts'
import { worldPx } from '../camera/mercator.ts'
import type { Painter, Picture } from './painter.ts'
import { ATLAS_COLUMNS, SLOT_PX } from '../sprites/sprite-atlas.ts'
import { SPRITE, type SpriteBuffer, SPRITE_FLOATS, UPRIGHT } from '../sprites/sprite-buffer.ts'
import type { TrackLine } from '../track/track-line.ts'

/** Draws without WebGL2, more slowly. `undefined` if there is no 2D canvas. */
export function openCanvasPainter(canvas: HTMLCanvasElement): Painter | undefined {
  const context = canvas.getContext('2d')
  if (context === null) return undefined
  let ratio = 1
  return {
    resize(width, height, newRatio) {
      ratio = newRatio
      canvas.width = Math.round(width * ratio)
      canvas.height = Math.round(height * ratio)
    },
    draw(picture, atlas) {
      context.setTransform(1, 0, 0, 1, 0, 0)
      context.globalAlpha = 1
      context.clearRect(0, 0, canvas.width, canvas.height)
      if (picture.track) drawTrack(context, picture.track.line, picture, ratio)
      context.globalAlpha = picture.fleetAlpha
      drawSprites(context, atlas, picture.fleet, picture, ratio)
      context.globalAlpha = 1
      drawSprites(context, atlas, picture.top, picture, ratio)
    },
    close: () => undefined,
  }
}

function drawSprites(
  context: CanvasRenderingContext2D,
  atlas: HTMLCanvasElement,
  { data, count, epochMs }: SpriteBuffer,
  { camera, nowMs }: Picture,
  ratio: number,
): void {
  const timeS = (nowMs - epochMs) / 1000
  const point = { x: 0, y: 0 }
  for (let at = 0; at < count * SPRITE_FLOATS; at += SPRITE_FLOATS) {
    const value = (column: number) => data[at + column] ?? 0
    const durationS = value(SPRITE.durationS)
    const left = durationS > 0 ? Math.min(Math.max(1 - (timeS - value(SPRITE.startS)) / durationS, 0), 1) : 0
    const x = value(SPRITE.xHigh) + value(SPRITE.xLow) + value(SPRITE.dx) * left
    const y = value(SPRITE.yHigh) + value(SPRITE.yLow) + value(SPRITE.dy) * left
    toScreen(camera, x, y, point)
    const size = value(SPRITE.sizePx)
    const outside = point.x < -size || point.x > camera.width + size || point.y < -size
    if (outside || point.y > camera.height + size) continue
    const angle = value(SPRITE.angle) === UPRIGHT ? 0 : value(SPRITE.angle) - (camera.bearing * Math.PI) / 180
    const [cos, sin] = [Math.cos(angle) * ratio, Math.sin(angle) * ratio]
    const [screenX, screenY] = [point.x + value(SPRITE.offsetX), point.y + value(SPRITE.offsetY)]
    context.setTransform(cos, sin, -sin, cos, screenX * ratio, screenY * ratio)
    const cell = value(SPRITE.cell)
    const slotX = (((cell % ATLAS_COLUMNS) + 0.5) * SLOT_PX - size / 2) * ratio
    const slotY = ((Math.floor(cell / ATLAS_COLUMNS) + 0.5) * SLOT_PX - size / 2) * ratio
    context.drawImage(atlas, slotX, slotY, size * ratio, size * ratio, -size / 2, -size / 2, size, size)
  }
}

function drawTrack(
  context: CanvasRenderingContext2D,
  line: TrackLine,
  { camera, colours }: Picture,
  ratio: number,
) {
  context.setTransform(ratio, 0, 0, ratio, 0, 0)
  context.beginPath()
  const start = toScreen(camera, line.x[0] ?? 0, line.y[0] ?? 0)
  for (let i = 0; i < line.count; i++) lineTo(context, camera, line, i, start)
  context.lineJoin = 'round'
  context.lineCap = 'round'
  context.lineWidth = 7
  context.strokeStyle = colours.surface
  context.stroke()
  context.lineWidth = 4
  context.strokeStyle = colours.accent
  context.stroke()
}

/** Relative to the beginning of the line, so that it is not cut at the edge of the world. */
function lineTo(
  context: CanvasRenderingContext2D,
  { bearing, zoom }: Camera,
  { x, y }: TrackLine,
  i: number,
  start: { x: number; y: number },
): void {
  const dx = ((x[i] ?? 0) - (x[0] ?? 0)) * worldPx(zoom)
  const dy = ((y[i] ?? 0) - (y[0] ?? 0)) * worldPx(zoom)
  const cos = Math.cos((bearing * Math.PI) / 180)
  const sin = Math.sin((bearing * Math.PI) / 180)
  context.lineTo(start.x + dx * cos + dy * sin, start.y - dx * sin + dy * cos)
}
