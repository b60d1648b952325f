import type { compileGenerator } from './generator.ts'
import { readCpuS } from './cpu-time.ts'
import { count, expectThat } from './report.ts'
import type { Stage } from './stage.ts'

type Generate = NonNullable<ReturnType<typeof compileGenerator>>

const DEVICES = 10_000
const SECONDS = Number(process.env['FLEET_SECONDS'] ?? 120)
const HOUR_MS = 3_600_000
const MEMORY_MAX_MIB = 477

/** 10,000 connected devices that send a reading each second, for `FLEET_SECONDS` (default 120). */
export async function measureFleet(stage: Stage, generate: Generate): Promise<void> {
  const before = await stage.countReadings()
  let memoryMiB = 0
  const sampling = setInterval(() => {
    memoryMiB = Math.max(memoryMiB, stage.brokerMemoryMiB())
  }, 1000)
  const messages = DEVICES * SECONDS
  const beforeS = readCpuS(stage.brokerPid)
  const result = await generate({
    port: stage.mqttPort,
    credentials: stage.credentials,
    connections: DEVICES,
    window: 10,
    messages,
    rate: DEVICES,
    baseMs: Date.now() - 500 * HOUR_MS,
    timeoutS: SECONDS * 2,
  })
  clearInterval(sampling)
  const cpuUs = ((readCpuS(stage.brokerPid) - beforeS) * 1e6) / messages
  const stored = (await stage.countReadings()) - before
  console.log(
    `${count(result.msgs_per_s)} messages/s, ack p50 ${result.ack_ms.p50} ms, p99 ${result.ack_ms.p99} ms, ` +
      `${cpuUs.toFixed(1)} µs of broker CPU time per message, including logins`,
  )
  expectThat(
    `no connection refused or closed: ${result.refused} refused, ${result.closed} closed`,
    result.refused + result.closed === 0,
  )
  expectThat(
    `all messages acknowledged and stored: ${count(stored)} rows`,
    stored === messages && result.acked === messages,
  )
  expectThat(`p99 ack under 500 ms: ${result.ack_ms.p99} ms`, result.ack_ms.p99 < 500)
  expectThat(
    `peak resident memory of the broker under ${MEMORY_MAX_MIB} MiB: ${memoryMiB} MiB`,
    memoryMiB < MEMORY_MAX_MIB,
  )
}
