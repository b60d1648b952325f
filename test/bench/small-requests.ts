import { fileURLToPath } from 'node:url'
import autocannon from 'autocannon'
import { readCpuS } from './cpu-time.ts'
import { count, expectThat, median } from './report.ts'
import { startStageApi, type StageApi } from './stage-api.ts'
import type { Stage } from './stage.ts'

const ROUNDS = 4
const SECONDS = 3
const CONNECTIONS = 10
const HERE = fileURLToPath(new URL('../..', import.meta.url))

/** Requests whose replies are small, so that the HTTP layer is much of their cost. */
const KINDS = {
  'an unknown path': '/api/nothing',
  'a vehicle': '/api/vehicles/vehicle-1',
  'a newest position': '/api/vehicles/vehicle-1/position',
}

interface Result {
  perS: number
  /** processor time of the API, milliseconds per request */
  cpuMs: number
}

/**
 * Small requests to the API, a process of its own. `COMPARED` names further checkouts, separated by colons, whose APIs run on
 * the same database and are measured in turn.
 */
export async function measureSmallRequests(stage: Stage): Promise<void> {
  await addPosition(stage)
  const roots = [HERE, ...(process.env['COMPARED'] ?? '').split(':').filter(Boolean)]
  const apis: StageApi[] = []
  try {
    for (const root of roots) apis.push(await startStageApi(stage, { root }))
    for (const [kind, path] of Object.entries(KINDS)) {
      const results = roots.map((): Result[] => [])
      // The first round warms up.
      for (let round = 0; round <= ROUNDS; round++) {
        for (const [n, api] of apis.entries()) results[n]?.push(await measure(api, path))
      }
      for (const [n, root] of roots.entries()) report(kind, root, results[n]?.slice(1) ?? [])
    }
  } finally {
    for (const api of apis) await api.stop()
  }
}

async function addPosition({ sql }: Stage): Promise<void> {
  await sql`
    insert into positions (vehicle_id, device_id, time, received_at, lat, lon)
    select vehicle_id, id, now(), now(), 59.3, 18.1 from devices where key = 'device-1'
    on conflict do nothing`
}

async function measure({ url, token, pid }: StageApi, path: string): Promise<Result> {
  const beforeS = readCpuS(pid)
  const headers = { authorization: `Bearer ${token}` }
  const result = await autocannon({ url: url + path, connections: CONNECTIONS, duration: SECONDS, headers })
  const cpuS = readCpuS(pid) - beforeS
  const { errors, timeouts, requests } = result
  if (errors + timeouts > 0) expectThat(`no request of ${path} fails: ${errors + timeouts}`, false)
  return { perS: requests.average, cpuMs: (cpuS * 1000) / requests.total }
}

function report(kind: string, root: string, results: Result[]): void {
  const perS = median(results.map((it) => it.perS))
  const all = results.map((it) => it.cpuMs.toFixed(3)).join(', ')
  const cpuMs = median(results.map((it) => it.cpuMs)).toFixed(3)
  console.log(`${kind}: ${count(perS)} requests/s, ${cpuMs} ms of processor time each (${all}); ${root}`)
}
