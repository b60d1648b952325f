import type { compileGenerator } from './generator.ts'
import { printHistoryPlans } from './history-plans.ts'
import { makeHistory, type History } from './history-readings.ts'
import { measureMixedReads } from './mixed-reads.ts'
import { count, expectThat, median, percentile } from './report.ts'
import { createRequests, type Requests } from './requests.ts'
import { startStageApi, type StageApi } from './stage-api.ts'
import type { Stage } from './stage.ts'
import { watchStolenTime } from './stolen-time.ts'

type Generate = NonNullable<ReturnType<typeof compileGenerator>>

const VEHICLES = 10_000
const DAY_MS = 86_400_000
const EXPORTS = 5
const SAMPLE_MS = 50

/** A query, with `path` for its nth variant, and the time limit for its reply of `items`. */
interface Question {
  what: string
  path: (n: number) => string
  /** `undefined` if the reply is not a list */
  items: number | undefined
  repeats: number
  limitMs: number
  limitIsOf: 'p50' | 'p99'
}

/** Replies of the API beside ten million readings, over HTTP and from a separate process. */
export async function measureHistory(
  stage: Stage,
  generate: Generate | undefined,
  { withPlans }: { withPlans: boolean },
): Promise<void> {
  const history = await makeHistory(stage.sql, VEHICLES)
  const api = await startStageApi(stage)
  const requests = createRequests(api)
  try {
    for (const question of questionsAbout(history)) await measure(requests, question)
    await measureExport(requests, api, history)
    if (withPlans) await printHistoryPlans(stage.sql, history)
    if (generate) await measureMixedReads(stage, api, history, generate)
    else console.log('No load generator here: no requests beside incoming readings')
  } finally {
    requests.close()
    await api.stop()
  }
}

function questionsAbout({ fromMs, toMs, dense, export: exported, month }: History): Question[] {
  const iso = (ms: number) => new Date(ms).toISOString()
  const months = month.last - month.first + 1
  /** The dense day, and the whole days of the vehicle with a million readings, so that no two in a row are the same. */
  const day = (n: number) => {
    const at = n % Math.floor(exported.readings / (DAY_MS / 1000))
    const [vehicle, ms] = at === 0 ? [dense.vehicle, dense.dayMs] : [exported.vehicle, fromMs + at * DAY_MS]
    return `/api/vehicles/vehicle-${vehicle}/telemetry?fields=speed&points=500&from=${iso(ms)}&to=${iso(ms + DAY_MS)}`
  }
  return [
    {
      what: 'newest position of one vehicle',
      // 7919 is coprime to the number of vehicles: all of them in turn, in no particular order.
      path: (n) => `/api/vehicles/vehicle-${((n * 7919) % VEHICLES) + 1}/position`,
      items: undefined,
      repeats: 2000,
      limitMs: 10,
      limitIsOf: 'p99',
    },
    {
      what: 'newest positions of all 10,000',
      path: () => '/api/positions',
      items: VEHICLES,
      repeats: 100,
      limitMs: 150,
      limitIsOf: 'p50',
    },
    {
      what: "one vehicle's day of 86,400 readings as 500 points",
      path: day,
      items: 500,
      repeats: 200,
      limitMs: 50,
      limitIsOf: 'p50',
    },
    {
      what: 'a month of 43,200 readings in buckets of 1 h',
      path: (n) =>
        `/api/vehicles/vehicle-${month.first + (n % months)}/telemetry?fields=speed&bucket=1h&from=${iso(fromMs)}&to=${iso(toMs)}`,
      items: (toMs - fromMs) / 3_600_000,
      repeats: 200,
      limitMs: 100,
      limitIsOf: 'p50',
    },
  ]
}

/** Sends one request after the other; the first tenth warms up. */
async function measure(requests: Requests, question: Question): Promise<void> {
  const { what, path, items, repeats, limitMs, limitIsOf } = question
  const warmUps = repeats / 10
  const times: number[] = []
  let stolen = watchStolenTime()
  for (let n = 0; n < warmUps + repeats; n++) {
    if (n === warmUps) stolen = watchStolenTime()
    const { ms, body } = await requests.get(path(n))
    if (n >= warmUps) times.push(ms)
    else if (items !== undefined) expectItems(what, body, items)
  }
  const [p50, p99] = [median(times), percentile(times, 99)]
  const taken = limitIsOf === 'p99' ? p99 : p50
  expectThat(
    `${what}, ${limitIsOf} under ${limitMs} ms: p50 ${p50.toFixed(1)} ms, p99 ${p99.toFixed(1)} ms; ${stolen()}`,
    taken < limitMs,
  )
}

function expectItems(what: string, body: Buffer, expected: number): void {
  const { items } = JSON.parse(body.toString()) as { items: unknown[] }
  if (items.length !== expected) throw new Error(`${what}: ${items.length} items instead of ${expected}`)
}

/** All columns of a million readings as CSV. */
async function measureExport(requests: Requests, api: StageApi, history: History): Promise<void> {
  const { vehicle, readings } = history.export
  const memoryMiB = api.memoryMiB()
  let mostMiB = 0
  const sampling = setInterval(() => {
    mostMiB = Math.max(mostMiB, api.memoryMiB())
  }, SAMPLE_MS)
  const rates: number[] = []
  const stolen = watchStolenTime()
  let mebibytes = 0
  try {
    for (let round = 0; round <= EXPORTS; round++) {
      const { ms, bytes, lines } = await requests.stream(
        `/api/telemetry/export?format=csv&vehicles=vehicle-${vehicle}`,
      )
      if (lines !== readings + 1) throw new Error(`the export has ${lines} lines`)
      mebibytes = bytes / 2 ** 20
      if (round > 0) rates.push((readings * 1000) / ms)
    }
  } finally {
    clearInterval(sampling)
  }
  const rate = median(rates)
  expectThat(
    `CSV of ${count(readings)} readings, ${mebibytes.toFixed(0)} MiB, at least 100,000 rows/s: ${count(rate)} rows/s ` +
      `(${rates.map(count).join(', ')}); ${stolen()}`,
    rate >= 100_000,
  )
  // 100 MB
  const moreMiB = mostMiB - memoryMiB
  expectThat(`less than 100 MB more memory for it: ${moreMiB} MiB after ${memoryMiB} MiB`, moreMiB < 95)
}
