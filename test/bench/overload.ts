import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { serverProcesses } from '../chaos/support/server-processes.ts'
import { watchDisk } from '../support/disk-stalls.ts'
import { eventually } from '../support/eventually.ts'
import { watchBackends } from './backends.ts'
import type { compileGenerator } from './generator.ts'
import { count, expectThat } from './report.ts'
import type { Stage } from './stage.ts'

type Generate = NonNullable<ReturnType<typeof compileGenerator>>

const DEVICES = 1000
const RATE = 3000
const MINUTES = Number(process.env['OVERLOAD_MINUTES'] ?? 10)
/** In a fleet at this pace hardly a device waits for two acknowledgements, so this limit delays no device. */
const WINDOW = 100
const BUSY_LOOPS = 4
const PULSE_EVERY_MS = 2000
const PULSE_MS = { least: 300, most: 900 }
const P99_MAX_MS = 1500
const REWRITTEN_MAX = 0.01
const DRAIN_DEADLINE_MS = 300_000
const HOUR_MS = 3_600_000

/** Overload is not an outage: a fleet at an even pace while the database repeatedly stalls, and beside busy loops. */
export async function measureOverload(stage: Stage, generate: Generate): Promise<void> {
  const server = serverProcesses(join(stage.directory, 'postgres'))
  if (server.pids().length > 0) {
    console.log(`-- the database stands still for 0.3 to 0.9 s every 2 s, ${MINUTES} min`)
    await measureBeside(stage, generate, 1, () => startPulses(server))
  } else {
    console.log('not the embedded database: it is not made to stand still')
  }
  console.log(`-- beside ${BUSY_LOOPS} busy loops, ${MINUTES} min`)
  await measureBeside(stage, generate, 2, startBusyLoops)
}

async function measureBeside(
  stage: Stage,
  generate: Generate,
  run: number,
  disturb: () => () => Promise<void>,
): Promise<void> {
  const messages = Math.round(RATE * MINUTES * 60)
  const storedBefore = await stage.countReadings()
  const before = await readMetrics(stage)
  const backends = await watchBackends(stage.sql)
  const { result, longestMs } = await watchDisk(stage.directory, async () => {
    const calm = disturb()
    try {
      return await generate({
        port: stage.mqttPort,
        credentials: stage.credentials,
        connections: DEVICES,
        window: WINDOW,
        messages,
        rate: RATE,
        baseMs: Date.now() - (400 + run * 50) * HOUR_MS,
        timeoutS: MINUTES * 60 + 120,
      })
    } finally {
      await calm()
    }
  })
  await eventually(
    'the spool is empty',
    async () => (await readMetrics(stage)).spool_messages === 0,
    DRAIN_DEADLINE_MS,
  )
  const after = await readMetrics(stage)
  const lost = await backends.stop()
  const stored = (await stage.countReadings()) - storedBefore
  const difference = (name: keyof typeof after) => after[name] - before[name]
  const rewritten = Math.max(difference('messages_rewritten_total'), difference('readings_duplicate_total'))

  console.log(
    `${count(result.msgs_per_s)} messages/s, ack p50 ${result.ack_ms.p50} ms, p99 ${result.ack_ms.p99} ms, ` +
      `at most ${result.ack_ms.max} ms; the disk took ${longestMs.toFixed(0)} ms for a block at most`,
  )
  console.log(
    `late batches ${count(difference('batches_late_total'))}, messages spooled ${count(difference('messages_spooled_total'))}, ` +
      `of them stored late ${count(difference('messages_late_total'))}, drained ${count(difference('messages_drained_total'))}`,
  )
  expectThat(`p99 ack under ${P99_MAX_MS} ms: ${result.ack_ms.p99} ms`, result.ack_ms.p99 < P99_MAX_MS)
  expectThat(`no reconnects to the database: ${lost.join(', ') || 'none'}`, lost.length === 0)
  const share = rewritten / messages
  expectThat(
    `messages written twice under 1 %: ${count(rewritten)}, ${(share * 100).toFixed(2)} %`,
    share < REWRITTEN_MAX,
  )
  expectThat(
    `all acknowledged, every row is there: ${count(stored)}`,
    stored === messages && result.acked === messages && result.refused + result.closed === 0,
  )
}

/** Resolves when the server runs, with a function that ends it. */
function startPulses(server: ReturnType<typeof serverProcesses>): () => Promise<void> {
  const ending = new AbortController()
  const { signal } = ending
  const pause = (ms: number) => sleep(ms, undefined, { signal }).catch(() => {})
  async function pulse(): Promise<void> {
    while (!signal.aborted) {
      const stillMs = PULSE_MS.least + Math.random() * (PULSE_MS.most - PULSE_MS.least)
      await server.freeze()
      await pause(stillMs)
      server.thaw()
      await pause(PULSE_EVERY_MS - stillMs)
    }
  }
  const pulses = pulse()
  return async () => {
    ending.abort()
    await pulses
  }
}

/** In a separate session, as from another terminal: Linux distributes its processors between sessions first. */
function startBusyLoops(): () => Promise<void> {
  const loops = Array.from({ length: BUSY_LOOPS }, () => 'while :; do :; done &').join(' ')
  const child = spawn('sh', ['-c', `${loops} wait`], { stdio: 'ignore', detached: true })
  return async () => {
    if (child.pid !== undefined) process.kill(-child.pid, 'SIGKILL')
  }
}

async function readMetrics(stage: Stage) {
  const response = await fetch(`http://127.0.0.1:${stage.statusPort}/metrics`)
  const text = await response.text()
  const read = (name: string) => Number(new RegExp(`^fleetwire_${name} (.*)$`, 'm').exec(text)?.[1] ?? 0)
  return {
    spool_messages: read('spool_messages'),
    batches_late_total: read('batches_late_total'),
    messages_late_total: read('messages_late_total'),
    messages_spooled_total: read('messages_spooled_total'),
    messages_drained_total: read('messages_drained_total'),
    messages_rewritten_total: read('messages_rewritten_total'),
    readings_duplicate_total: read('readings_duplicate_total'),
  }
}
