import uPlot from 'uplot'
import 'uplot/dist/uPlot.min.css'
import type { Columns } from './chart-columns.ts'

/** Key with which all charts of the page share a cursor. */
const SYNC_KEY = 'vehicle'

export interface Shown {
  columns: Columns
  fromMs: number
  toMs: number
}

export interface PlotOptions {
  /** called with the index of the point under the pointer */
  onCursor: (at: number | undefined) => void
  /** Formats a time on the axis. `stepS`: seconds from one tick to the next. */
  formatTick: (ms: number, stepS: number) => string
}

export interface Plot {
  show(shown: Shown): void
  close(): void
}

/**
 * A chart in `host`, as wide as `host`. The canvas takes its colours from the theme's custom properties when it is created.
 * A change of the theme, in the page or in the system, therefore creates it again.
 */
export function createPlot(host: HTMLElement, { onCursor, formatTick }: PlotOptions): Plot {
  let newest: Shown | undefined
  let plot = create()

  function create(): uPlot {
    const options: uPlot.Options = {
      ...SHAPE,
      width: widthOf(host),
      scales: {
        x: { time: true, range: () => rangeOf(newest) },
        y: { range: (_, min, max) => padded(min, max) },
      },
      ...styleOf(host, formatTick),
      hooks: {
        setCursor: [
          ({ cursor }) => onCursor((cursor.left ?? -1) >= 0 ? (cursor.idx ?? undefined) : undefined),
        ],
      },
    }
    return new uPlot(options, newest ? dataOf(newest) : [[], []], host)
  }

  function recreate(): void {
    plot.destroy()
    plot = create()
  }

  const sizes = new ResizeObserver(() => plot.setSize({ width: widthOf(host), height: SHAPE.height }))
  sizes.observe(host)
  const choices = new MutationObserver(recreate)
  choices.observe(document.documentElement, { attributes: true, attributeFilter: ['data-theme', 'class'] })
  const system = matchMedia('(prefers-color-scheme: dark)')
  system.addEventListener('change', recreate)

  return {
    show(shown) {
      newest = shown
      plot.setData(dataOf(shown))
    },
    close() {
      sizes.disconnect()
      choices.disconnect()
      system.removeEventListener('change', recreate)
      plot.destroy()
    },
  }
}

/** Everything that is the same in each chart. Sizes are in px. */
const SHAPE = {
  height: 130,
  legend: { show: false },
  cursor: { y: false, drag: { x: false, y: false }, sync: { key: SYNC_KEY } },
  padding: [8, 18, 0, 0],
} satisfies Partial<uPlot.Options>

const widthOf = (host: HTMLElement) => Math.max(host.clientWidth, 100)

/** The axes and the line in the colours of the theme. */
function styleOf(
  host: HTMLElement,
  formatTick: PlotOptions['formatTick'],
): Pick<uPlot.Options, 'axes' | 'series'> {
  const style = getComputedStyle(host)
  const colour = (name: string) => style.getPropertyValue(name).trim()
  const axis: uPlot.Axis = {
    stroke: colour('--text-muted'),
    font: '11px system-ui, sans-serif',
    grid: { stroke: colour('--border'), width: 1 },
    ticks: { stroke: colour('--border'), width: 1, size: 4 },
  }
  return {
    axes: [
      {
        ...axis,
        size: 26,
        space: 64,
        values: (_, splits, __, ___, stepS) => splits.map((it) => formatTick(it * 1000, stepS)),
      },
      { ...axis, size: 46, values: (_, splits) => splits.map((it) => String(it)), space: 30 },
    ],
    series: [{}, { stroke: colour('--accent'), width: 1.5, points: { show: false }, spanGaps: false }],
  }
}

function dataOf({ columns: [seconds, values] }: Shown): uPlot.AlignedData {
  return [seconds as number[], values as (number | null)[]]
}

function rangeOf(shown: Shown | undefined): [number, number] {
  return shown ? [shown.fromMs / 1000, shown.toMs / 1000] : [0, 1]
}

/** The range with room above and below, also around a flat line, but not below zero if no value is. */
function padded(min: number | null, max: number | null): [number, number] {
  if (min === null || max === null || !Number.isFinite(min) || !Number.isFinite(max)) return [0, 1]
  const room = (max - min) * 0.08 || Math.max(1, Math.abs(max) * 0.05)
  return [min >= 0 ? Math.max(0, min - room) : min - room, max + room]
}
