import autocannon from 'autocannon'
import { setTimeout as sleep } from 'node:timers/promises'
import type { compileGenerator, LoadResult } from './generator.ts'
import type { History } from './history-readings.ts'
import { count, expectThat, median, percentile } from './report.ts'
import { createPaths } from './mixed-paths.ts'
import type { PacedRequests } from './paced-requests.ts'
import { readElsewhere } from './reader.ts'
import type { StageApi } from './stage-api.ts'
import type { Stage } from './stage.ts'
import { watchStolenTime } from './stolen-time.ts'

type Generate = NonNullable<ReturnType<typeof compileGenerator>>

const ROUNDS = 5
const SECONDS = 20
const READINGS_PER_S = 5000
const DEVICES = 1000
const REQUESTS_PER_S = 500
/** connections */
const READERS = 50
/** They ask from so long before the first reading until so long after the last one, which may be late. */
const LEAD_S = 5
const AUTOCANNON_S = 10
const HOUR_MS = 3_600_000

/** 5000 readings a second, alone and beside 500 requests a second, in turn. */
export async function measureMixedReads(
  stage: Stage,
  api: StageApi,
  history: History,
  generate: Generate,
): Promise<void> {
  const alone: LoadResult[] = []
  const beside: LoadResult[] = []
  const reads: PacedRequests[] = []
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
    const reading = readElsewhere({
      url: api.url,
      token: api.token,
      history,
      seed: round,
      perS: REQUESTS_PER_S,
      seconds: LEAD_S + SECONDS + LEAD_S,
      connections: READERS,
    })
    await sleep(LEAD_S * 1000)
    beside.push(await write())
    reads.push(await reading)
    const [a, b, c] = [alone.at(-1), beside.at(-1), reads.at(-1)]
    console.log(
      `${round === 0 ? 'warm-up' : `round ${round}`}: p99 ack alone ${a?.ack_ms.p99} ms, beside the requests ` +
        `${b?.ack_ms.p99} ms (p50 ${a?.ack_ms.p50} and ${b?.ack_ms.p50} ms); ${c?.perS.toFixed(0)} requests/s, ` +
        `p50 ${median(c?.times ?? []).toFixed(1)} ms, p99 ${percentile(c?.times ?? [], 99).toFixed(1)} ms; ${stolen()}`,
    )
  }

  const stored = (await stage.countReadings()) - before
  const sent = READINGS_PER_S * SECONDS * 2 * (ROUNDS + 1)
  expectThat(`every reading is there: ${count(stored)}`, stored === sent)
  const counted = reads.slice(1)
  const rate = median(counted.map(({ perS }) => perS))
  const failed = counted.reduce((sum, it) => sum + it.failed, 0)
  expectThat(
    `${REQUESTS_PER_S} requests/s: ${rate.toFixed(0)}, ${failed} failed`,
    failed === 0 && rate >= 0.99 * REQUESTS_PER_S,
  )
  const p99 = (results: LoadResult[]) => median(results.slice(1).map((it) => it.ack_ms.p99))
  const [a, b] = [p99(alone), p99(beside)]
  expectThat(`p99 ack not doubled beside them: ${b.toFixed(1)} ms after ${a.toFixed(1)} ms`, b <= 2 * a)
  await measureAutocannon(api, history)
}

/** What a client that nobody here wrote gets out of the API, as fast as it can and with nothing beside it. */
async function measureAutocannon(api: StageApi, history: History): Promise<void> {
  const nextPath = createPaths(history, 4)
  const result = await autocannon({
    url: api.url,
    connections: 10,
    duration: AUTOCANNON_S,
    headers: { authorization: `Bearer ${api.token}` },
    requests: [{ setupRequest: (request: autocannon.Request) => ({ ...request, path: nextPath() }) }],
  })
  const failed = result.non2xx + result.errors + result.timeouts
  expectThat(
    `autocannon, 10 connections: ${count(result.requests.average)} requests/s, p99 ${result.latency.p99} ms, ${failed} failed`,
    failed === 0,
  )
}
