import { setTimeout as delay } from 'node:timers/promises'
import type { CDPSession, Page } from 'playwright-core'
import { launchBrowser } from '../support/browser.ts'
import { percentile } from './report.ts'
import { stageAdmin } from './stage-api.ts'

/** The dashboard in a browser, and its measurements. */
export interface DashboardPage {
  page: Page
  /** Times between its frames for a while, in ms. */
  frameGaps: (ms: number) => Promise<number[]>
  /** Durations in ms that the page has measured since the last call, by name. `longtask`: tasks of over 50 ms. */
  takeMeasures: () => Promise<Map<string, number[]>>
  /** Seconds for which the main thread has been busy so far. */
  busyS: () => Promise<number>
  /** JavaScript heap after a collection, in MiB. */
  heapMiB: () => Promise<number>
  close: () => Promise<void>
}

/** Logs in and waits until the list has this number of vehicles. */
export async function openDashboardPage(url: string, vehicles: number): Promise<DashboardPage> {
  const browser = await launchBrowser(['--enable-precise-memory-info'])
  const context = await browser.newContext({
    baseURL: url,
    viewport: { width: 1440, height: 900 },
    locale: 'en-GB',
  })
  await context.addInitScript({ content: COLLECT_MEASURES })
  await context.request.post('/api/login', { data: { ...stageAdmin, remember: true } })
  const page = await context.newPage()
  await page.goto('/')
  const count = new RegExp(`${vehicles.toLocaleString('en-GB')} vehicles`)
  await page.getByRole('status').filter({ hasText: count }).waitFor({ timeout: 60_000 })
  const cdp = await context.newCDPSession(page)
  await cdp.send('Performance.enable')
  return {
    page,
    frameGaps: (ms) => page.evaluate<number[]>(`(${FRAME_GAPS})(${ms})`),
    async takeMeasures() {
      const taken = await page.evaluate<[string, number][]>('globalThis.benchMeasures.splice(0)')
      const byName = new Map<string, number[]>()
      for (const [name, ms] of taken) byName.set(name, [...(byName.get(name) ?? []), ms])
      return byName
    },
    busyS: () => readMetric(cdp, 'TaskDuration'),
    async heapMiB() {
      await cdp.send('HeapProfiler.collectGarbage')
      return (await readMetric(cdp, 'JSHeapUsedSize')) / 2 ** 20
    },
    close: () => browser.close(),
  }
}

/** Drags the map back and forth with the mouse for `ms`. */
export async function panFor(page: Page, ms: number): Promise<void> {
  const [x, y] = [900, 450]
  const endMs = performance.now() + ms
  await page.mouse.move(x, y)
  await page.mouse.down()
  for (let step = 0; performance.now() < endMs; step++) {
    await page.mouse.move(x + 200 * Math.sin(step / 20), y + 100 * Math.sin(step / 33))
    await delay(8)
  }
  await page.mouse.up()
}

/** `gaps` as text: frames a second, and the gap that 95 of 100 do not exceed. */
export function describeFrames(gaps: number[]): string {
  const totalMs = gaps.reduce((sum, it) => sum + it, 0)
  return `${((gaps.length * 1000) / totalMs).toFixed(1)} frames/s, p95 ${percentile(gaps, 95).toFixed(1)} ms`
}

async function readMetric(cdp: CDPSession, name: string): Promise<number> {
  const { metrics } = await cdp.send('Performance.getMetrics')
  return metrics.find((it) => it.name === name)?.value ?? NaN
}

// These functions run in the page. They are text, because our compiler would call helpers that do not exist there.

const COLLECT_MEASURES = `
  globalThis.benchMeasures = []
  new PerformanceObserver((list) => {
    for (const it of list.getEntries())
      if (it.entryType === 'longtask' || it.name.startsWith('fleetwire:'))
        globalThis.benchMeasures.push([it.entryType === 'longtask' ? 'longtask' : it.name, it.duration])
  }).observe({ entryTypes: ['measure', 'longtask'] })
`

const FRAME_GAPS = `(ms) => new Promise((resolve) => {
  const gaps = []
  let startMs, lastMs
  const onFrame = (nowMs) => {
    startMs ??= nowMs
    if (lastMs !== undefined) gaps.push(nowMs - lastMs)
    lastMs = nowMs
    if (nowMs - startMs < ms) requestAnimationFrame(onFrame)
    else resolve(gaps)
  }
  requestAnimationFrame(onFrame)
})`
