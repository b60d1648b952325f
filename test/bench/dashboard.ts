import { setTimeout as delay } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { startChild } from '../../kit/child.ts'
import { builtPage } from '../dashboard/browser/built-page.ts'
import { findBrowser } from '../support/browser.ts'
import { readCpuS } from './cpu-time.ts'
import { describeFrames, openDashboardPage, panFor, type DashboardPage } from './dashboard-page.ts'
import type { compileGenerator } from './generator.ts'
import { count, expectThat, median, percentile } from './report.ts'
import { measureScreenDelay } from './screen-delay.ts'
import { startStageApi, type StageApi } from './stage-api.ts'
import { addProbe, type Stage } from './stage.ts'

type Generate = NonNullable<ReturnType<typeof compileGenerator>>

const DEVICES = 10_000
const DASHBOARDS = 50
/** from the beginning of the load until every device is connected and has sent */
const WARM_UP_S = 30
const LOOK_S = 20
const NEARER_STEPS = 3
const CPU_S = 30
const SETTLE_S = 5
const CPU_ROUNDS = 2
const PROBE_READINGS = 60
/** Extra time on a busy machine, for logins and zooming: everything is measured under the load. */
const SPARE_S = 180

/**
 * The page with 10,000 vehicles that each send a reading a second: frames, main thread and memory over
 * `DASHBOARD_MINUTES` (default 5), and the time from device to screen. Then the cost of 50 dashboards for the broker.
 */
export async function measureDashboard(stage: Stage, generate: Generate): Promise<void> {
  if (findBrowser() === undefined) {
    console.log('No browser here: install chromium, or name one in CHROMIUM_PATH.')
    return
  }
  const minutes = Number(process.env['DASHBOARD_MINUTES'] ?? 5)
  builtPage()
  const probe = await addProbe(stage)
  const api = await startStageApi(stage)
  const pageS = WARM_UP_S + 4 * LOOK_S + 2 * PROBE_READINGS + minutes * 60
  const seconds = pageS + CPU_ROUNDS * 2 * (CPU_S + 2 * SETTLE_S) + SPARE_S
  const load = generate({
    port: stage.mqttPort,
    credentials: stage.credentials,
    connections: DEVICES,
    window: 10,
    messages: DEVICES * seconds,
    rate: DEVICES,
    baseMs: Date.now(),
    timeoutS: seconds,
  })
  let isOver = false
  void load.then(() => (isOver = true))
  try {
    await delay(WARM_UP_S * 1000)
    await measureMany(stage, api)
    const dashboard = await openDashboardPage(api.url, DEVICES + 1)
    await measurePage(dashboard)
    await measureDelay(dashboard, stage, probe)
    await measureMemory(dashboard, minutes)
    await dashboard.close()
    expectThat('all of this was under the load', !isOver)
    console.log('waiting for the end of the load')
    const { msgs_per_s, ack_ms, closed } = await load
    console.log(`the load was ${count(msgs_per_s)} readings/s, ack p99 ${ack_ms.p99} ms, ${closed} closed`)
    // The page without load: without a graphics card it shared the cores with generator, broker and database before.
    const alone = await openDashboardPage(api.url, DEVICES + 1)
    await measureFrames(alone, 'nothing moves, the whole fleet')
    await alone.close()
  } finally {
    await api.stop()
  }
}

async function measurePage(dashboard: DashboardPage): Promise<void> {
  // The first seconds, while it loads, are different.
  await delay(SETTLE_S * 1000)
  await measureFrames(dashboard, 'the whole fleet')
  const nearer = dashboard.page.getByRole('button', { name: 'Zoom in' })
  for (let n = 0; n < NEARER_STEPS; n++) await nearer.click()
  await measureFrames(dashboard, 'nearer')
}

async function measureFrames(dashboard: DashboardPage, view: string): Promise<void> {
  const { page, frameGaps, takeMeasures, busyS } = dashboard
  await takeMeasures()
  const busyBefore = await busyS()
  const idle = await frameGaps(LOOK_S * 1000)
  const busy = (((await busyS()) - busyBefore) * 100) / LOOK_S
  console.log(`${view}, idle: ${describeFrames(idle)}, main thread busy ${busy.toFixed(0)} %`)
  console.log(`  ${describeMeasures(await takeMeasures())}`)
  const [panning] = await Promise.all([frameGaps(LOOK_S * 1000), panFor(page, LOOK_S * 1000)])
  console.log(`${view}, panning: ${describeFrames(panning)}`)
  console.log(`  ${describeMeasures(await takeMeasures())}`)
}

async function measureDelay(dashboard: DashboardPage, stage: Stage, probe: Probe): Promise<void> {
  const { mqttPort } = stage
  const delays = await measureScreenDelay({ page: dashboard.page, mqttPort, probe, readings: PROBE_READINGS })
  const [p50, p95] = [percentile(delays, 50), percentile(delays, 95)]
  console.log(`device to screen: ${delays.length} of ${PROBE_READINGS} readings seen, p50 ${p50} ms`)
  expectThat(`p95 device to screen under 1500 ms: ${p95} ms`, delays.length > 0 && p95 < 1500)
}
type Probe = Awaited<ReturnType<typeof addProbe>>

async function measureMemory(dashboard: DashboardPage, minutes: number): Promise<void> {
  const heaps = [await dashboard.heapMiB()]
  for (let minute = 1; minute <= minutes; minute++) {
    await delay(60_000)
    // Otherwise these would grow.
    await dashboard.takeMeasures()
    heaps.push(await dashboard.heapMiB())
  }
  const [first = 0, last = 0] = [heaps[0], heaps.at(-1)]
  console.log(`JavaScript heap by minute, MiB: ${heaps.map((it) => it.toFixed(1)).join(' ')}`)
  expectThat(`flat: ${(last - first).toFixed(1)} MiB more after ${minutes} min`, last < first * 1.1 + 1)
}

/** The broker's CPU without and with many dashboards, in turn. */
async function measureMany(stage: Stage, api: StageApi): Promise<void> {
  const module = fileURLToPath(new URL('dashboard-subscribers.ts', import.meta.url))
  const wsUrl = `ws://127.0.0.1:${stage.wsPort}/mqtt`
  const args = [String(DASHBOARDS), wsUrl, api.url, api.token]
  const [without, withThem]: [number[], number[]] = [[], []]
  for (let round = 1; round <= CPU_ROUNDS; round++) {
    without.push(await measureCores(stage.brokerPid))
    const subscribers = await startChild({ name: 'subscribers', module, args, env: process.env })
    withThem.push(await measureCores(stage.brokerPid))
    await subscribers.stop()
  }
  const shares = (cores: number[]) => cores.map((it) => `${(100 * it).toFixed(1)} %`).join(', ')
  console.log(`the broker's CPU, of a core: ${shares(without)} without dashboards, ${shares(withThem)} with`)
  const more = median(withThem) - median(without)
  expectThat(`${DASHBOARDS} dashboards cost under 10 % of a core: ${(100 * more).toFixed(1)} %`, more < 0.1)
}

/** Number of cores that a process uses, on average over a while. */
async function measureCores(pid: number): Promise<number> {
  await delay(SETTLE_S * 1000)
  const [before, beforeMs] = [readCpuS(pid), performance.now()]
  await delay(CPU_S * 1000)
  return ((readCpuS(pid) - before) * 1000) / (performance.now() - beforeMs)
}

function describeMeasures(measures: Map<string, number[]>): string {
  return [...measures]
    .map(([name, all]) => {
      const [p50, p95] = [percentile(all, 50), percentile(all, 95)]
      return `${name} ${all.length} x, p50 ${p50.toFixed(1)} ms, p95 ${p95.toFixed(1)} ms`
    })
    .join('; ')
}
