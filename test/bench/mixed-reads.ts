import autocannon from 'autocannon'
import { setTimeout as sleep } from 'node:timers/promises'
import { watchDisk } from '../support/disk-stalls.ts'
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

/** Number of rounds that count, and maximum of all rounds. */
const ROUNDS = 3
const ROUNDS_MAX = 8
/** A round does not count if the disk once took longer: in 20 s that is half of the time above the 99th percentile. */
const DISK_MAX_MS = 100
const SECONDS = 20
const READINGS_PER_S = 5000
const DEVICES = 1000
const REQUESTS_PER_S = 500
/** connections */
const READERS = 50
/** Requests begin this long before the first reading and end this long after the last one, which may be late. */
const LEAD_S = 5
const AUTOCANNON_S = 10
const HOUR_MS = 3_600_000

interface Written extends LoadResult {
  /** longest time the disk took for a block meanwhile */
  diskMs: number
}

interface Round {
  alone: Written
  beside: Written
  reads: PacedRequests
}

/** 5000 readings a second, alone and beside 500 requests a second, in turn. */
export async function measureMixedReads(
  stage: Stage,
  api: StageApi,
  history: History,
  generate: Generate,
): Promise<void> {
  const rounds: Round[] = []
  const counted = () => rounds.slice(1).filter(isCalm)
  const before = await stage.countReadings()
  let runs = 0
  const write = async () => {
    const messages = READINGS_PER_S * SECONDS
    const load = { port: stage.mqttPort, credentials: stage.credentials, connections: DEVICES, window: 100 }
    // Each run's readings are newer than those of the run before, so that newest positions change all the time.
    const baseMs = Date.now() - HOUR_MS + runs++ * 60_000
    const { result, longestMs } = await watchDisk(stage.directory, () =>
      generate({ ...load, messages, rate: READINGS_PER_S, baseMs, stepMs: 200 }),
    )
    return { ...result, diskMs: longestMs }
  }

  while (rounds.length <= ROUNDS_MAX && counted().length < ROUNDS) {
    const stolen = watchStolenTime()
    const alone = await write()
    const reading = readElsewhere({
      url: api.url,
      token: api.token,
      history,
      seed: rounds.length,
      perS: REQUESTS_PER_S,
      seconds: LEAD_S + SECONDS + LEAD_S,
      connections: READERS,
    })
    await sleep(LEAD_S * 1000)
    const beside = await write()
    const round = { alone, beside, reads: await reading }
    const name = rounds.length === 0 ? 'warm-up' : `round ${rounds.length}`
    console.log(`${name}${isCalm(round) ? '' : ', which does not count'}: ${describe(round)}; ${stolen()}`)
    rounds.push(round)
  }

  const stored = (await stage.countReadings()) - before
  const sent = READINGS_PER_S * SECONDS * 2 * rounds.length
  expectThat(`every reading is there: ${count(stored)}`, stored === sent)
  const all = rounds.slice(1)
  const rate = median(all.map(({ reads }) => reads.perS))
  const failed = all.reduce((sum, { reads }) => sum + reads.failed, 0)
  expectThat(
    `${REQUESTS_PER_S} requests/s: ${rate.toFixed(0)}, ${failed} failed`,
    failed === 0 && rate >= 0.99 * REQUESTS_PER_S,
  )
  const ofRequests = median(all.map(({ reads }) => percentile(reads.times, 99)))
  expectThat(`their p99 under a second: ${ofRequests.toFixed(0)} ms`, ofRequests < 1000)
  const p99 = (of: readonly Round[]): [alone: number, beside: number] => [
    median(of.map(({ alone }) => alone.ack_ms.p99)),
    median(of.map(({ beside }) => beside.ack_ms.p99)),
  ]
  const [inAll, besideInAll] = p99(all)
  console.log(
    `of all ${all.length} rounds: p99 ack ${besideInAll.toFixed(1)} ms after ${inAll.toFixed(1)} ms`,
  )
  const calm = counted()
  expectThat(`${ROUNDS} rounds without a stall of the disk: ${calm.length}`, calm.length === ROUNDS)
  const [a, b] = p99(calm)
  const isDoubled = calm.length < ROUNDS || b > 2 * a
  expectThat(`p99 ack not doubled beside them: ${b.toFixed(1)} ms after ${a.toFixed(1)} ms`, !isDoubled)
  await measureAutocannon(api, history)
}

function isCalm({ alone, beside }: Round): boolean {
  return Math.max(alone.diskMs, beside.diskMs) <= DISK_MAX_MS
}

function describe({ alone, beside, reads }: Round): string {
  const [p50, p99] = [median(reads.times), percentile(reads.times, 99)]
  return (
    `p99 ack alone ${alone.ack_ms.p99} ms, beside the requests ${beside.ack_ms.p99} ms (p50 ${alone.ack_ms.p50} and ` +
    `${beside.ack_ms.p50} ms; the disk up to ${alone.diskMs.toFixed(0)} and ${beside.diskMs.toFixed(0)} ms); ` +
    `${reads.perS.toFixed(0)} requests/s, p50 ${p50.toFixed(1)} ms, p99 ${p99.toFixed(1)} ms`
  )
}

/** The rate that an independent client reaches, as fast as it can and without other load. */
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
