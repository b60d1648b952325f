import { fork } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { setTimeout as sleep } from 'node:timers/promises'
import { connectAsync } from 'mqtt'
import { hashPassword } from '../../api/users/passwords.ts'
import { makeClaims } from '../../contract/claims.ts'
import { createJwt } from '../../kit/jwt.ts'
import type { AbuseOrder, AbuseReport } from './abusers.ts'
import { expectThat } from './report.ts'
import { startStageApi } from './stage-api.ts'
import { stageSecret, type Stage } from './stage.ts'

const ABUSERS = 20
const SECONDS = Number(process.env['ABUSE_SECONDS'] ?? 60)
const PAUSE_MS = 200
const API_P99_MS_MAX = 1000
const LOGIN_MS_MAX = 2000
/** More vehicles than one user may see over MQTT; all abusers share one group of them. */
const VEHICLES = 120_000
const READINGS = 50_000
/** Requests of the other user, in turn. */
const KINDS = ['/api/vehicles?limit=10', '/api/vehicles/victim/telemetry?limit=100']
const PASSWORD = 'a password of the benchmark'

interface User {
  id: number
  email: string
  token: string
  mqttToken: string
}

/**
 * For a minute, 20 clients of each kind try to keep others out: bodies that never arrive, `where` that is slow to
 * parse, logins over MQTT of users with many vehicles, exports that are read at a byte a second, parallel logins, and
 * connections whose CONNECT never arrives. First each client has a different user, then all have the same. Meanwhile
 * another user sends requests to the API and logs in over MQTT every 200 ms.
 */
export async function measureAbuse(stage: Stage): Promise<void> {
  const api = await startStageApi(stage)
  try {
    const passwordHash = await hashPassword(PASSWORD)
    const users = await addUsers(stage, ABUSERS + 1, passwordHash)
    const [victim, ...abusers] = users
    if (victim === undefined) throw new Error('no victim')
    await addVehicles(stage, victim, abusers)
    for (const [what, of] of [
      [`${ABUSERS} users`, abusers],
      ['one user', abusers.slice(0, 1)],
    ] as const) {
      const order = {
        apiUrl: api.url,
        mqttPort: stage.mqttPort,
        clients: ABUSERS,
        users: of,
        password: PASSWORD,
      }
      await measureBeside(stage, api.url, victim, { what, order })
    }
  } finally {
    await api.stop()
  }
}

async function measureBeside(
  stage: Stage,
  apiUrl: string,
  victim: User,
  { what, order }: { what: string; order: AbuseOrder },
): Promise<void> {
  const child = fork(fileURLToPath(new URL('abusers.ts', import.meta.url)), { execArgv: ['--import', 'tsx'] })
  child.send(order)
  const untilMs = performance.now() + SECONDS * 1000
  const [asked, logins] = await Promise.all([
    repeat(untilMs, async (n) => askApi(apiUrl, victim, n)),
    repeat(untilMs, async (n) => logInOnce(stage, victim, n)),
  ])
  const reported = once(child, 'message') as Promise<[AbuseReport]>
  child.send('stop')
  const [report] = await reported
  child.disconnect()
  console.log(`beside ${order.clients} clients of each kind, of ${what}, for ${SECONDS} s:`)
  console.log(`  requests of the API: ${describe(asked)}`)
  for (const [n, kind] of KINDS.entries()) {
    const times = asked.times.filter((_, request) => request % KINDS.length === n)
    console.log(`    ${kind}: ${describe({ times })}`)
  }
  console.log(`  logins over MQTT: ${describe(logins)}`)
  for (const [kind, counts] of Object.entries(report))
    console.log(
      `  abusers, ${kind}: ${counts.tried} tried, ${counts.refused} refused, ${counts.closed} closed`,
    )
  const [p99, longest] = [quantile(asked.times, 0.99), quantile(logins.times, 1)]
  expectThat(`p99 of the API under ${API_P99_MS_MAX} ms: ${p99.toFixed(0)} ms`, p99 < API_P99_MS_MAX)
  expectThat(
    `each login over MQTT under ${LOGIN_MS_MAX} ms: ${longest.toFixed(0)} ms`,
    longest < LOGIN_MS_MAX,
  )
  expectThat('nothing is refused to the victim', asked.refused + logins.refused === 0)
}

interface Taken {
  times: number[]
  refused: number
}

async function repeat(untilMs: number, once: (n: number) => Promise<boolean>): Promise<Taken> {
  const taken: Taken = { times: [], refused: 0 }
  for (let n = 0; performance.now() < untilMs; n++) {
    const startMs = performance.now()
    if (!(await once(n).catch(() => false))) taken.refused++
    taken.times.push(performance.now() - startMs)
    await sleep(Math.max(0, startMs + PAUSE_MS - performance.now()))
  }
  return taken
}

async function askApi(apiUrl: string, victim: User, n: number): Promise<boolean> {
  const path = KINDS[n % KINDS.length] ?? ''
  const response = await fetch(apiUrl + path, { headers: { authorization: `Bearer ${victim.token}` } })
  await response.text()
  return response.ok
}

async function logInOnce(stage: Stage, { id, mqttToken }: User, n: number): Promise<boolean> {
  const options = { username: 'x', password: mqttToken, clientId: `ui/${id}/${n}`, reconnectPeriod: 0 }
  const client = await connectAsync(`mqtt://127.0.0.1:${stage.mqttPort}`, options, false)
  await client.endAsync(true)
  return true
}

async function addUsers(stage: Stage, count: number, passwordHash: string): Promise<User[]> {
  const rows = await stage.sql<{ id: number; email: string }[]>`
    insert into users (email, password_hash, role)
    select 'user-' || n || '@example.com', ${passwordHash}, 'user' from generate_series(1, ${count}) n
    returning id, email`
  const jwt = createJwt(stageSecret)
  const nowS = Math.floor(Date.now() / 1000)
  return rows.map(({ id, email }) => {
    const sign = (aud: 'api' | 'mqtt') =>
      jwt.sign(
        makeClaims({ sub: String(id), role: 'user', aud, jti: `${aud}-${id}`, nowS, lifetimeS: 86_400 }),
      )
    return { id, email, token: sign('api'), mqttToken: sign('mqtt') }
  })
}

/** One vehicle with readings for the other user and for each abuser, and many that each abuser sees. */
async function addVehicles({ sql }: Stage, victim: User, abusers: readonly User[]): Promise<void> {
  await sql`alter table vehicles disable trigger user`
  await sql`insert into vehicles (key, created_by) values ('victim', ${victim.id})`
  for (const { id } of abusers)
    await sql`insert into vehicles (key, created_by) values (${`abuser-${id}`}, ${id})`
  const [one] = abusers
  await sql`insert into groups (key, owner_id) values ('many', ${one?.id ?? 0})`
  await sql`
    insert into vehicles (key, created_by, group_key)
    select 'many-' || n, ${one?.id ?? 0}, 'many' from generate_series(1, ${VEHICLES}) n`
  await sql`alter table vehicles enable trigger user`
  await sql`insert into grants ${sql(abusers.slice(1).map(({ id }) => ({ user_id: id, group_key: 'many' })))}`
  await sql`
    insert into telemetry (vehicle_id, time, received_at, device_id, speed, status)
    select vehicles.id, now() - n * interval '1 s', now(), 1, n % 100, repeat('x', 30)
    from vehicles, generate_series(1, ${READINGS}) n
    where vehicles.key = 'victim' or vehicles.key like 'abuser-%'`
  await sql`analyze`
}

function quantile(times: readonly number[], part: number): number {
  const sorted = times.toSorted((a, b) => a - b)
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))] ?? Number.NaN
}

function describe({ times, refused }: Partial<Taken> & Pick<Taken, 'times'>): string {
  const of = (part: number) => `${quantile(times, part).toFixed(0)} ms`
  return `${times.length}, p50 ${of(0.5)}, p99 ${of(0.99)}, longest ${of(1)}${refused === undefined ? '' : `, ${refused} refused`}`
}
