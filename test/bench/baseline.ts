import { fileURLToPath } from 'node:url'
import { startChild } from '../../kit/child.ts'
import { eventually } from '../support/eventually.ts'
import type { compileGenerator } from './generator.ts'
import { startMosquitto } from './mosquitto.ts'
import { count } from './report.ts'
import type { Stage } from './stage.ts'

type Generate = NonNullable<ReturnType<typeof compileGenerator>>

const MESSAGES = 40_000
const MOSQUITTO_PORT = 18_991
const HOUR_MS = 3_600_000

/**
 * The usual alternative: mosquitto and an MQTT.js subscriber that inserts each message. The device does not
 * learn the outcome.
 */
export async function measureBaseline(stage: Stage, generate: Generate): Promise<void> {
  const mosquitto = await startMosquitto(stage.directory, MOSQUITTO_PORT)
  if (mosquitto === undefined) return console.log('mosquitto is not installed: no baseline')
  await stage.sql`
    create table baseline (
      vehicle text, time timestamptz, lat float8, lon float8, speed float8, heading float8, rpm float8,
      fuel_level float8, coolant_temp float8, odometer float8, primary key (vehicle, time))`
  const module = fileURLToPath(new URL('./baseline-subscriber.ts', import.meta.url))
  const args = [String(mosquitto.port), stage.databaseUrl]
  const subscriber = await startChild({ name: 'subscriber', module, args, env: process.env })

  const start = performance.now()
  const load = { connections: 100, window: 10, messages: MESSAGES, baseMs: Date.now() - HOUR_MS }
  const { msgs_per_s: acknowledged } = await generate({ ...load, port: mosquitto.port })
  const countRows = async () => {
    const [row] = await stage.sql<{ count: number }[]>`select count(*) from baseline`
    return row?.count ?? 0
  }
  const unstored = MESSAGES - (await countRows())
  await eventually('all rows', async () => (await countRows()) === MESSAGES, 120_000).catch(() => {})
  const seconds = (performance.now() - start) / 1000
  const stored = await countRows()
  await subscriber.stop()
  await mosquitto.stop()
  await stage.sql`drop table baseline`

  console.log(
    `mosquitto acknowledged ${count(acknowledged)}/s and the subscriber stored ${count(stored / seconds)}/s;`,
  )
  console.log(
    `at the last acknowledgement ${count(unstored)} of ${count(MESSAGES)} readings were in memory only`,
  )
}
