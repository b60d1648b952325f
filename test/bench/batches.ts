import { execFileSync } from 'node:child_process'
import { join } from 'node:path'
import { ROW_COLUMNS } from '../../broker/ingest/row-buffer.ts'
import type { compileGenerator } from './generator.ts'
import { count, expectThat, median } from './report.ts'
import type { Stage } from './stage.ts'

type Generate = NonNullable<ReturnType<typeof compileGenerator>>

const ROUNDS = 5
const MESSAGES = 60_000
const BATCH = 10
const HOUR_MS = 3_600_000
const columns = ROW_COLUMNS.join(', ')

/** Messages of 10 readings, in turn with psql's \copy of the same rows into the same table. */
export async function measureBatches(stage: Stage, generate: Generate): Promise<void> {
  const ours: number[] = []
  const theirs: number[] = []
  const before = await stage.countReadings()
  let copied = 0
  for (let round = 0; round <= ROUNDS; round++) {
    const baseMs = Date.now() - 100 * HOUR_MS - round * 3 * HOUR_MS
    const load = { connections: 100, window: 10, messages: MESSAGES, batch: BATCH, baseMs }
    const result = await generate({ ...load, port: stage.mqttPort, credentials: stage.credentials })
    const perS = result.readings_per_s
    const copyPerS = await copyTheSame(stage, baseMs)
    if (copyPerS) copied += MESSAGES * BATCH
    console.log(
      `${round === 0 ? 'warm-up' : `round ${round}`}: Fleetwire ${count(perS)} readings/s, ` +
        `p99 ack ${result.ack_ms.p99} ms; psql \\copy ${copyPerS ? `${count(copyPerS)} rows/s` : 'not installed'}`,
    )
    if (round === 0) continue
    ours.push(perS)
    if (copyPerS) theirs.push(copyPerS)
  }
  const stored = (await stage.countReadings()) - before - copied
  expectThat(`all readings stored: ${count(stored)} rows`, stored === MESSAGES * BATCH * (ROUNDS + 1))
  const rate = median(ours)
  const ratio = theirs.length > 0 ? rate / median(theirs) : 0
  const beside = ratio ? `, ${ratio.toFixed(2)} x psql \\copy (${count(median(theirs))} rows/s)` : ''
  expectThat(`at least 120,000 readings/s: ${count(rate)}${beside}`, rate >= 120_000 || ratio >= 0.5)
}

/** Copies a round's readings out, and back in with earlier times. Returns rows per second; `undefined` if psql is not installed. */
async function copyTheSame(stage: Stage, baseMs: number): Promise<number | undefined> {
  const file = join(stage.directory, 'rows.csv')
  const psql = (command: string) =>
    execFileSync('psql', ['-q', '-v', 'ON_ERROR_STOP=1', stage.databaseUrl, '-c', command], { stdio: 'pipe' })
  const shifted = ROW_COLUMNS.map((it) => (it === 'time' ? "time - interval '20 years'" : it)).join(', ')
  try {
    psql(
      `\\copy (select ${shifted} from telemetry where time >= to_timestamp(${baseMs / 1000}) and
       time < to_timestamp(${(baseMs + 2 * HOUR_MS) / 1000})) to '${file}' csv`.replaceAll('\n', ' '),
    )
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw error
  }
  const start = performance.now()
  psql(`\\copy telemetry (${columns}) from '${file}' csv`)
  return (MESSAGES * BATCH * 1000) / (performance.now() - start)
}
