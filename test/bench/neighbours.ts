import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { publishLarge, subscribeWithoutReading } from '../chaos/support/disturbers.ts'
import type { Sql } from '../../sql/connect.ts'
import { adminLogin, deviceLogin } from '../chaos/support/logins.ts'
import type { compileGenerator, LoadResult } from './generator.ts'
import { count, expectThat, median } from './report.ts'
import { stageSecret, type Stage } from './stage.ts'

type Generate = NonNullable<ReturnType<typeof compileGenerator>>

const ROUNDS = 3
const DEVICES = 100
const RATE = 2000
const SECONDS = 8
/** It floods until the others are done, and somewhat longer. */
const FLOOD_SECONDS = SECONDS + 3
/** Messages in progress when the others begin. */
const LEAD_MS = 1000
const FLOOD_MESSAGES_MAX = 100_000_000
/** In flight: the maximum that the broker holds for a connection. */
const FLOOD_WINDOW = 1000
/** More than all rounds write. */
const LOG_SEGMENTS = 50
const HOUR_MS = 3_600_000

/**
 * 100 devices at an even pace, alone and beside three others: a device that floods as fast as it can, one that
 * publishes 256 KiB a message, and a subscriber to everything that has stopped reading.
 */
export async function measureNeighbours(stage: Stage, generate: Generate): Promise<void> {
  const lines = readFileSync(stage.credentials, 'utf8').split('\n')
  const fileOf = (name: string, from: number, to: number) => {
    const file = join(stage.directory, name)
    writeFileSync(file, lines.slice(from, to).join('\n') + '\n')
    return file
  }
  const others = fileOf('others.tsv', 0, DEVICES)
  const flooding = fileOf('flood.tsv', DEVICES, DEVICES + 1)
  const large = fileOf('large.tsv', DEVICES + 1, DEVICES + 2)
  const port = stage.mqttPort

  let runs = 0
  /** A span of time without readings of an earlier run. */
  const nextBaseMs = () => Date.now() - ++runs * 2 * HOUR_MS

  const measure = () => {
    const load = { port, connections: DEVICES, window: 100, messages: RATE * SECONDS, rate: RATE }
    return generate({ ...load, credentials: others, baseMs: nextBaseMs(), stepMs: 10 })
  }
  async function measureDisturbed(): Promise<LoadResult> {
    const idle = await subscribeWithoutReading(adminLogin(stageSecret, port))
    const baseMs = nextBaseMs()
    const sender = await publishLarge(deviceLogin(large, 0, port, baseMs))
    const flood = generate({
      port,
      connections: 1,
      window: FLOOD_WINDOW,
      messages: FLOOD_MESSAGES_MAX,
      credentials: flooding,
      baseMs,
      stepMs: 1,
      timeoutS: FLOOD_SECONDS,
    })
    try {
      await sleep(LEAD_MS)
      const result = await measure()
      const flooded = await flood
      console.log(`  the flood: ${count(flooded.msgs_per_s)}/s; of 256 KiB: ${count(sender.sent())} messages`)
      return result
    } finally {
      idle.stop()
      sender.stop()
    }
  }

  await makeLogSegments(stage.sql)
  const alone: LoadResult[] = []
  const beside: LoadResult[] = []
  for (let round = 0; round <= ROUNDS; round++) {
    alone.push(await measure())
    beside.push(await measureDisturbed())
    const [a, b] = [alone.at(-1), beside.at(-1)]
    console.log(
      `${round === 0 ? 'warm-up' : `round ${round}`}: p99 ack alone ${a?.ack_ms.p99} ms, ` +
        `beside them ${b?.ack_ms.p99} ms (p50 ${a?.ack_ms.p50} and ${b?.ack_ms.p50} ms)`,
    )
  }
  const p99 = (results: LoadResult[]) => median(results.slice(1).map((it) => it.ack_ms.p99))
  const [a, b] = [p99(alone), p99(beside)]
  const acked = beside.every((it) => it.acked === RATE * SECONDS)
  expectThat(`the others are all acknowledged`, acked)
  expectThat(`p99 ack of the others at most twice: ${b.toFixed(1)} ms after ${a.toFixed(1)} ms`, b <= 2 * a)
}

/**
 * A new database creates each segment of its write-ahead log on first use, and every commit waits for that, 15 ms here.
 * A database that has been running for a while reuses segments.
 */
async function makeLogSegments(sql: Sql): Promise<void> {
  for (let n = 0; n < LOG_SEGMENTS; n++) {
    await sql`select pg_logical_emit_message(false, 'bench', 'x'), pg_switch_wal()`
  }
  await sql`checkpoint`
}
