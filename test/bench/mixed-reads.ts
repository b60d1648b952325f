import autocannon from 'autocannon'
import { setTimeout as sleep } from 'node:timers/promises'
import { seeded, whole } from '../support/seeded.ts'
import type { compileGenerator, LoadResult } from './generator.ts'
import type { History } from './history-readings.ts'
import { count, expectThat, median } from './report.ts'
import type { StageApi } from './stage-api.ts'
import type { Stage } from './stage.ts'
import { watchStolenTime } from './stolen-time.ts'

type Generate = NonNullable<ReturnType<typeof compileGenerator>>

const ROUNDS = 3
const SECONDS = 20
const READINGS_PER_S = 5000
const DEVICES = 1000
const REQUESTS_PER_S = 500
const CONNECTIONS = 50
/** The readers are at work before the first reading, and until after the last one. */
const LEAD_MS = 2000
const READ_SECONDS = SECONDS + 5
const HOUR_MS = 3_600_000
const DAY_MS = 24 * HOUR_MS
const VEHICLES = 10_000

/** 5000 readings a second, alone and beside 500 requests a second, in turn. */
export async function measureMixedReads(
  stage: Stage,
  api: StageApi,
  history: History,
  generate: Generate,
): Promise<void> {
  const alone: LoadResult[] = []
  const beside: LoadResult[] = []
  const reads: autocannon.Result[] = []
  const before = await stage.countReadings()
  let runs = 0
  const write = () => {
    const messages = READINGS_PER_S * SECONDS
    const load = { port: stage.mqttPort, credentials: stage.credentials, connections: DEVICES, window: 100 }
    // Each run's readings are newer than those of the one before, so that newest positions change all the time.
    const baseMs = Date.now() - HOUR_MS + runs++ * 60_000
    return generate({ ...load, messages, rate: READINGS_PER_S, baseMs, stepMs: 200 })
  }

  for (let round = 0; round <= ROUNDS; round++) {
    const stolen = watchStolenTime()
    alone.push(await write())
    const reading = read(api, history)
    await sleep(LEAD_MS)
    beside.push(await write())
    reads.push(await reading)
    const [a, b, c] = [alone.at(-1), beside.at(-1), reads.at(-1)]
    console.log(
      `${round === 0 ? 'warm-up' : `round ${round}`}: p99 ack alone ${a?.ack_ms.p99} ms, beside the requests ` +
        `${b?.ack_ms.p99} ms (p50 ${a?.ack_ms.p50} and ${b?.ack_ms.p50} ms); ${c?.requests.average} requests/s, ` +
        `p50 ${c?.latency.p50} ms, p99 ${c?.latency.p99} ms; ${stolen()}`,
    )
  }

  const stored = (await stage.countReadings()) - before
  const sent = READINGS_PER_S * SECONDS * 2 * (ROUNDS + 1)
  expectThat(`every reading is there: ${count(stored)}`, stored === sent)
  const counted = reads.slice(1)
  const rate = median(counted.map(({ requests }) => requests.average))
  const failed = counted.reduce((sum, it) => sum + it.non2xx + it.errors + it.timeouts, 0)
  expectThat(
    `${REQUESTS_PER_S} requests/s: ${rate.toFixed(0)}, ${failed} failed`,
    failed === 0 && rate >= 0.99 * REQUESTS_PER_S,
  )
  const p99 = (results: LoadResult[]) => median(results.slice(1).map((it) => it.ack_ms.p99))
  const [a, b] = [p99(alone), p99(beside)]
  expectThat(`p99 ack not doubled beside them: ${b.toFixed(1)} ms after ${a.toFixed(1)} ms`, b <= 2 * a)
}

/** What a dashboard and a few scripts ask for. */
function read(api: StageApi, history: History): Promise<autocannon.Result> {
  const pathOf = createPaths(history)
  return autocannon({
    url: api.url,
    connections: CONNECTIONS,
    overallRate: REQUESTS_PER_S,
    duration: READ_SECONDS,
    headers: { authorization: `Bearer ${api.token}` },
    requests: [{ setupRequest: (request) => ({ ...request, path: pathOf() }) }],
  })
}

/** The next path to ask for: each kind as often in a hundred as it says. */
function createPaths({ fromMs, toMs, month }: History): () => string {
  const random = seeded(4)
  const days = (toMs - fromMs) / DAY_MS
  const span = (lengthMs: number) => {
    const startMs = fromMs + whole(random, 0, days - 1) * DAY_MS
    return `from=${new Date(startMs).toISOString()}&to=${new Date(startMs + lengthMs).toISOString()}`
  }
  const any = () => `/api/vehicles/vehicle-${whole(random, 1, VEHICLES)}`
  const readingsOf = () => `/api/vehicles/vehicle-${whole(random, month.first, month.last)}/telemetry`
  const box = () => {
    const [lat, lon] = [59 + random() * 0.9, 17 + random() * 0.9]
    return [lon, lat, lon + 0.1, lat + 0.1].map((it) => it.toFixed(4)).join(',')
  }
  const kinds: [number, () => string][] = [
    [40, () => `${any()}/position`],
    [20, () => `${readingsOf()}?${span(HOUR_MS)}&limit=100`],
    [15, () => any()],
    [10, () => `/api/positions?bbox=${box()}`],
    [10, () => `${readingsOf()}?${span(DAY_MS)}&fields=speed&bucket=1h`],
    [5, () => `${readingsOf()}?${span(DAY_MS)}&fields=speed&points=200`],
  ]
  const hundred = kinds.flatMap(([share, make]) => Array.from<() => string>({ length: share }).fill(make))
  return () => hundred[whole(random, 0, 99)]?.() ?? ''
}
