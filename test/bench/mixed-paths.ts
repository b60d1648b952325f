import { seeded, whole } from '../support/seeded.ts'
import type { History } from './history-readings.ts'

const HOUR_MS = 3_600_000
const DAY_MS = 24 * HOUR_MS
const VEHICLES = 10_000
/** History of the last days, which people look at most. */
const RECENT_DAYS = 3

/** The next path to request: the mix of a dashboard and some scripts, with the weight of each kind in per cent. */
export function createPaths({ toMs, month }: History, seed: number): () => string {
  const random = seeded(seed)
  const span = (lengthMs: number) => {
    const startMs = toMs - whole(random, 1, RECENT_DAYS) * DAY_MS
    return `from=${new Date(startMs).toISOString()}&to=${new Date(startMs + lengthMs).toISOString()}`
  }
  const any = () => `/api/vehicles/vehicle-${whole(random, 1, VEHICLES)}`
  const readingsOf = () => `/api/vehicles/vehicle-${whole(random, month.first, month.last)}/telemetry`
  const box = () => {
    const [lat, lon] = [59 + random() * 0.9, 17 + random() * 0.9]
    return [lon, lat, lon + 0.1, lat + 0.1].map((it) => it.toFixed(4)).join(',')
  }
  const kinds: [number, () => string][] = [
    [40, () => `${any()}/position`],
    [20, () => `${readingsOf()}?${span(HOUR_MS)}&limit=100`],
    [15, () => any()],
    [10, () => `/api/positions?bbox=${box()}`],
    [10, () => `${readingsOf()}?${span(DAY_MS)}&fields=speed&bucket=1h`],
    [5, () => `${readingsOf()}?${span(DAY_MS)}&fields=speed&points=200`],
  ]
  const hundred = kinds.flatMap(([share, make]) => Array.from<() => string>({ length: share }).fill(make))
  return () => hundred[whole(random, 0, 99)]?.() ?? ''
}
