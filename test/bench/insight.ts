import { setTimeout as delay } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { connectAsync } from 'mqtt'
import { startChild } from '../../kit/child.ts'
import { readCpuS } from './cpu-time.ts'
import type { compileGenerator } from './generator.ts'
import { count, expectThat } from './report.ts'
import { addProbe, type Stage } from './stage.ts'

type Generate = NonNullable<ReturnType<typeof compileGenerator>>

const DEVICES = 10_000
const SECONDS = Number(process.env['INSIGHT_SECONDS'] ?? 600)
const CORES_MAX = 0.2
const EVENT_MS_MAX = 5000
const PROBE_EVERY_MS = 3000
const LOOK_EVERY_MS = 20

/**
 * 10,000 devices that send a reading each second for `INSIGHT_SECONDS` (default 600): processor time of insight and of its
 * connection, and the time from an acknowledgement to the event that follows from the reading.
 */
export async function measureInsight(stage: Stage, generate: Generate): Promise<void> {
  const module = fileURLToPath(new URL('../../insight/main.ts', import.meta.url))
  const env = { ...process.env, DATABASE_URL: stage.databaseUrl, INSIGHT_STATUS_PORT: '0', LOG_LEVEL: 'warn' }
  const insight = await startChild<{ statusPort: number }>({ name: 'insight', module, env })
  try {
    const probe = await addProbe(stage)
    const generated = generate({
      port: stage.mqttPort,
      credentials: stage.credentials,
      connections: DEVICES,
      window: 10,
      messages: DEVICES * SECONDS,
      rate: DEVICES,
      baseMs: Date.now(),
      timeoutS: SECONDS * 2,
    })
    // The logins are not measured.
    await delay(20_000)
    const backend = await backendOf(stage)
    const startMs = performance.now()
    const before = [readCpuS(insight.pid), readCpuS(backend)]
    const eventsMs = await probeEvents(stage, probe, (SECONDS - 30) * 1000)
    const seconds = (performance.now() - startMs) / 1000
    const cores = [readCpuS(insight.pid), readCpuS(backend)].map((it, n) => (it - (before[n] ?? 0)) / seconds)
    const result = await generated
    const lag = await readMetric(insight.ready.statusPort, 'fleetwire_insight_lag_seconds')
    const [process = 0, server = 0] = cores
    console.log(
      `${count(result.msgs_per_s)} messages/s, ack p50 ${result.ack_ms.p50} ms, p99 ${result.ack_ms.p99} ms; insight ` +
        `${process.toFixed(3)} cores, its connection ${server.toFixed(3)} cores, lag at the end ${lag} s`,
    )
    const p99 = eventsMs.toSorted((a, b) => a - b)[Math.floor(eventsMs.length * 0.99)] ?? Number.NaN
    const median = eventsMs.toSorted((a, b) => a - b)[eventsMs.length >> 1] ?? Number.NaN
    console.log(`${eventsMs.length} events, median ${median.toFixed(0)} ms after the acknowledgement`)
    expectThat(`under ${CORES_MAX} cores: ${(process + server).toFixed(3)}`, process + server < CORES_MAX)
    expectThat(
      `p99 from acknowledgement to event under ${EVENT_MS_MAX} ms: ${p99.toFixed(0)} ms`,
      p99 < EVENT_MS_MAX,
    )
  } finally {
    await insight.stop()
  }
}

/** Sends a status that is an event, waits for the event, and so on. Returns the times between. */
async function probeEvents(
  { mqttPort, sql }: Stage,
  { clientId, token, vehicle }: Awaited<ReturnType<typeof addProbe>>,
  durationMs: number,
): Promise<number[]> {
  const client = await connectAsync(`mqtt://127.0.0.1:${mqttPort}`, {
    clientId,
    username: 'x',
    password: token,
  })
  const timesMs: number[] = []
  const endMs = performance.now() + durationMs
  while (performance.now() < endMs) {
    // In turn: the same one again is an event only after ten minutes.
    const status = ['sos', 'panic'][timesMs.length % 2]
    const reading = JSON.stringify({ time: Date.now(), status })
    await client.publishAsync(`fleet/${vehicle}/telemetry`, reading, { qos: 1 })
    const ackMs = performance.now()
    while ((await countEvents()) <= timesMs.length) await delay(LOOK_EVERY_MS)
    timesMs.push(performance.now() - ackMs)
    await delay(PROBE_EVERY_MS * Math.random())
  }
  await client.endAsync()
  return timesMs

  async function countEvents(): Promise<number> {
    const [row] = await sql<{ count: number }[]>`select count(*) from events`
    return row?.count ?? 0
  }
}

async function backendOf({ sql }: Stage): Promise<number> {
  const [row] = await sql<{ pid: number }[]>`
    select pid from pg_stat_activity where application_name like 'fleetwire-insight%' and application_name not like '%migrate%'`
  if (row === undefined) throw new Error('insight has no connection')
  return row.pid
}

async function readMetric(port: number, name: string): Promise<string> {
  const text = await fetch(`http://127.0.0.1:${port}/metrics`).then((it) => it.text())
  return new RegExp(`^${name} (\\S+)$`, 'm').exec(text)?.[1] ?? '?'
}
