import { LIVE_STATES } from '../../contract/live-frame.ts'

/** Colours of the current theme, in CSS notation. */
export interface MapColours {
  /** by index in LIVE_STATES */
  states: readonly string[]
  surface: string
  text: string
  muted: string
  accent: string
}

const FALLBACK = '#808080'

/** The theme's colours at an element. */
export function readMapColours(element: Element): MapColours {
  const style = getComputedStyle(element)
  const read = (name: string) => style.getPropertyValue(name).trim() || FALLBACK
  return {
    states: LIVE_STATES.map((it) => read(`--state-${it}`)),
    surface: read('--surface'),
    text: read('--text'),
    muted: read('--text-muted'),
    accent: read('--accent'),
  }
}

/** Red, green and blue of a CSS colour, 0 to 1. */
export function rgbOf(colour: string): [number, number, number] {
  const canvas = document.createElement('canvas')
  canvas.width = 1
  canvas.height = 1
  const context = canvas.getContext('2d', { willReadFrequently: true })
  if (context === null) return [0.5, 0.5, 0.5]
  context.fillStyle = colour
  context.fillRect(0, 0, 1, 1)
  const [red = 0, green = 0, blue = 0] = context.getImageData(0, 0, 1, 1).data
  return [red / 255, green / 255, blue / 255]
}
