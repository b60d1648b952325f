import uPlot from 'uplot'
import 'uplot/dist/uPlot.min.css'
import type { Columns } from './chart-columns.ts'

/** px */
const HEIGHT = 130
/** The line of the cursor goes through all charts of the page. */
const SYNC_KEY = 'vehicle'

export interface Shown {
  columns: Columns
  fromMs: number
  toMs: number
}

export interface PlotOptions {
  /** with the place of the point that is under the pointer */
  onCursor: (at: number | undefined) => void
  /** A time on the axis. `stepS`: seconds from one to the next. */
  formatTick: (ms: number, stepS: number) => string
}

export interface Plot {
  show(shown: Shown): void
  close(): void
}

/**
 * A chart in `host`, as wide as that. The canvas takes its colours from the theme's custom properties when it is made, so
 * it is made again when the theme changes, by choice or by the system's wish.
 */
export function createPlot(host: HTMLElement, { onCursor, formatTick }: PlotOptions): Plot {
  let newest: Shown | undefined
  let plot = make()

  function make(): uPlot {
    const style = getComputedStyle(host)
    const colour = (name: string) => style.getPropertyValue(name).trim()
    const axis: uPlot.Axis = {
      stroke: colour('--text-muted'),
      font: '11px system-ui, sans-serif',
      grid: { stroke: colour('--border'), width: 1 },
      ticks: { stroke: colour('--border'), width: 1, size: 4 },
    }
    return new uPlot(
      {
        width: Math.max(host.clientWidth, 100),
        height: HEIGHT,
        legend: { show: false },
        cursor: { y: false, drag: { x: false, y: false }, sync: { key: SYNC_KEY } },
        padding: [8, 18, 0, 0],
        scales: {
          x: { time: true, range: () => rangeOf(newest) },
          y: { range: (_, min, max) => padded(min, max) },
        },
        axes: [
          {
            ...axis,
            size: 26,
            space: 64,
            values: (_, splits, __, ___, stepS) => splits.map((it) => formatTick(it * 1000, stepS)),
          },
          { ...axis, size: 46, values: (_, splits) => splits.map((it) => String(it)), space: 30 },
        ],
        series: [
          {},
          {
            stroke: colour('--accent'),
            width: 1.5,
            points: { show: false },
            spanGaps: false,
          },
        ],
        hooks: {
          setCursor: [
            (it) => {
              const isInside = (it.cursor.left ?? -1) >= 0
              onCursor(isInside ? (it.cursor.idx ?? undefined) : undefined)
            },
          ],
        },
      },
      newest ? dataOf(newest) : [[], []],
      host,
    )
  }

  function remake(): void {
    plot.destroy()
    plot = make()
  }

  const sizes = new ResizeObserver(() =>
    plot.setSize({ width: Math.max(host.clientWidth, 100), height: HEIGHT }),
  )
  sizes.observe(host)
  const choices = new MutationObserver(remake)
  choices.observe(document.documentElement, { attributes: true, attributeFilter: ['data-theme', 'class'] })
  const wish = matchMedia('(prefers-color-scheme: dark)')
  wish.addEventListener('change', remake)

  return {
    show(shown) {
      newest = shown
      plot.setData(dataOf(shown))
    },
    close() {
      sizes.disconnect()
      choices.disconnect()
      wish.removeEventListener('change', remake)
      plot.destroy()
    },
  }
}

function dataOf({ columns: [seconds, values] }: Shown): uPlot.AlignedData {
  return [seconds as number[], values as (number | null)[]]
}

function rangeOf(shown: Shown | undefined): [number, number] {
  return shown ? [shown.fromMs / 1000, shown.toMs / 1000] : [0, 1]
}

/** Room above and below, also around a line that is flat; and not below zero where nothing is. */
function padded(min: number | null, max: number | null): [number, number] {
  if (min === null || max === null || !Number.isFinite(min) || !Number.isFinite(max)) return [0, 1]
  const room = (max - min) * 0.08 || Math.max(1, Math.abs(max) * 0.05)
  return [min >= 0 ? Math.max(0, min - room) : min - room, max + room]
}
