import type { compileGenerator, Load, LoadResult } from './generator.ts'
import { readCpuS } from './cpu-time.ts'
import { count, expectThat, median } from './report.ts'
import type { Stage } from './stage.ts'

type Generate = NonNullable<ReturnType<typeof compileGenerator>>

const ROUNDS = Number(process.env['FEED_ROUNDS'] ?? 5)
const HOUR_MS = 3_600_000
const LOADS: Record<string, Omit<Load, 'port' | 'baseMs'>> = {
  'single readings': { connections: 100, window: 10, messages: 400_000 },
  'single readings of 5,000 vehicles': { connections: 5000, window: 1, messages: 300_000 },
  'batches of 10': { connections: 100, window: 10, messages: 60_000, batch: 10 },
}

interface Round {
  result: LoadResult
  cpuUs: number
}

/** Ingest at full load through two brokers in turn: without and with a row of the change feed for each batch. */
export async function measureChangeFeed(stage: Stage, generate: Generate): Promise<void> {
  const noted = await stage.startBroker({ INSIGHT: 'on' })
  const brokers = { off: stage, on: noted }
  let hours = 0
  for (const [name, load] of Object.entries(LOADS)) {
    const rounds: Record<keyof typeof brokers, Round[]> = { off: [], on: [] }
    for (let round = 0; round <= ROUNDS; round++) {
      const order = round % 2 === 0 ? (['off', 'on'] as const) : (['on', 'off'] as const)
      for (const key of order) {
        const { mqttPort: port, brokerPid } = brokers[key]
        const baseMs = Date.now() - (hours += 2) * HOUR_MS
        const beforeS = readCpuS(brokerPid)
        const result = await generate({ ...load, port, credentials: stage.credentials, baseMs })
        const cpuUs = ((readCpuS(brokerPid) - beforeS) * 1e6) / load.messages
        await stage.sql`truncate telemetry_changes`
        // The first round warms up both.
        if (round > 0) rounds[key].push({ result, cpuUs })
      }
    }
    report(name, rounds)
  }
}

function report(name: string, { off, on }: Record<'off' | 'on', Round[]>): void {
  const figures = (rounds: Round[]) => {
    const of = (figure: (it: Round) => number) => median(rounds.map(figure))
    const [rate, p50] = [of((it) => it.result.msgs_per_s), of((it) => it.result.ack_ms.p50)]
    return { rate, p50, p99: of((it) => it.result.ack_ms.p99), cpu: of((it) => it.cpuUs) }
  }
  for (const [setting, rounds] of Object.entries({ off, on })) {
    const { rate, p50, p99, cpu } = figures(rounds)
    console.log(
      `${name}, feed ${setting}: ${count(rate)} messages/s, ack p50 ${p50.toFixed(2)} ms, p99 ${p99.toFixed(2)} ms, ` +
        `${cpu.toFixed(2)} µs of broker CPU time per message (medians of ${rounds.length})`,
    )
  }
  const ratio = median(on.map((it, n) => it.result.msgs_per_s / (off[n]?.result.msgs_per_s ?? Number.NaN)))
  expectThat(`${name}: at least 0.97 of the rate without the feed: ${ratio.toFixed(3)}`, ratio >= 0.97)
}
