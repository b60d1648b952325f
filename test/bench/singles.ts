import type { compileGenerator, LoadResult } from './generator.ts'
import { startMosquitto } from './mosquitto.ts'
import { readCpuS } from './cpu-time.ts'
import { count, expectThat, median } from './report.ts'
import type { Stage } from './stage.ts'

type Generate = NonNullable<ReturnType<typeof compileGenerator>>

const ROUNDS = 5
const MESSAGES = 400_000
const MOSQUITTO_PORT = 18_990
const HOUR_MS = 3_600_000

/** 100 devices with 10 single readings in flight each, QoS 1, in turn with mosquitto, which stores nothing. */
export async function measureSingles(stage: Stage, generate: Generate): Promise<void> {
  const mosquitto = await startMosquitto(stage.directory, MOSQUITTO_PORT)
  if (mosquitto === undefined) console.log('mosquitto is not installed: no comparison')
  const load = { connections: 100, window: 10, messages: MESSAGES }
  const nowMs = Date.now()
  const before = await stage.countReadings()
  const theirs: LoadResult[] = []
  const ours: LoadResult[] = []
  const cpuUs: number[] = []

  // The first round warms up both.
  for (let round = 0; round <= ROUNDS; round++) {
    const baseMs = nowMs - (round + 1) * 2 * HOUR_MS
    if (mosquitto) theirs.push(await generate({ ...load, port: mosquitto.port, baseMs }))
    const beforeS = readCpuS(stage.brokerPid)
    ours.push(await generate({ ...load, port: stage.mqttPort, credentials: stage.credentials, baseMs }))
    cpuUs.push(((readCpuS(stage.brokerPid) - beforeS) * 1e6) / MESSAGES)
    const [a, b] = [theirs.at(-1), ours.at(-1)]
    console.log(
      `${round === 0 ? 'warm-up' : `round ${round}`}: mosquitto ${count(a?.msgs_per_s ?? 0)}/s, ` +
        `Fleetwire ${count(b?.msgs_per_s ?? 0)}/s, p50 ${b?.ack_ms.p50} ms, p99 ${b?.ack_ms.p99} ms`,
    )
  }
  await mosquitto?.stop()

  const stored = (await stage.countReadings()) - before
  const rate = median(ours.slice(1).map((it) => it.msgs_per_s))
  const p99 = median(ours.slice(1).map((it) => it.ack_ms.p99))
  const cpu = median(cpuUs.slice(1)).toFixed(2)
  console.log(
    `Fleetwire ${count(rate)} messages/s, p99 ack ${p99.toFixed(1)} ms, ${cpu} µs of broker CPU time per message, ` +
      `including logins (medians of ${ROUNDS})`,
  )
  expectThat(`all messages stored: ${count(stored)} rows`, stored === MESSAGES * (ROUNDS + 1))
  expectThat(`p99 ack under 100 ms: ${p99.toFixed(1)} ms`, p99 < 100)
  if (mosquitto === undefined) return
  const ratio = median(
    ours.slice(1).map((it, n) => it.msgs_per_s / (theirs[n + 1]?.msgs_per_s ?? Number.NaN)),
  )
  console.log(
    `mosquitto ${count(median(theirs.slice(1).map((it) => it.msgs_per_s)))} messages/s, storing nothing`,
  )
  expectThat(`at least 0.6 x mosquitto: ${ratio.toFixed(2)} (median of the rounds' ratios)`, ratio >= 0.6)
}
