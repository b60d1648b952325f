import { parseArgs } from 'node:util'
import { formatTime, parseTime } from '../contract/time.ts'
import { FleetwireError } from '../kit/errors.ts'
import { connect, type Sql } from '../sql/connect.ts'
import { describeBucketDifferences } from './bucket-rows.ts'
import { describeJourneyDifferences } from './journey-rows.ts'
import { describeEventDifferences } from './event-rows.ts'
import { replay } from './replay.ts'
import { createSettingsSource } from './settings/settings.ts'

const USAGE = `Usage: npm run insight -- rebuild [--vehicle KEY] [--from TIME]

Computes the results of stored readings again, compares them with what is stored, and prints each difference.
There should be none. A vehicle with differences is noted, and a running analysis computes and writes it again.

  --vehicle KEY   this vehicle instead of all
  --from TIME     only results after this time, e.g. 2026-11-30T00:00:00Z
`

interface Difference {
  vehicle: string
  what: string
  atMs: number
  difference: string
}

/** `npm run insight -- rebuild`. Returns the code of the process: 0 without differences, 1 with some. */
export async function rebuild(url: string, args: readonly string[]): Promise<number> {
  const { vehicle, fromUs } = readArguments(args)
  const sql = connect({ url, max: 1, applicationName: 'fleetwire-insight rebuild', lowPriority: true })
  try {
    const vehicles = await sql<{ id: number; key: string }[]>`
      select id, key from vehicles where ${vehicle === undefined ? sql`true` : sql`key = ${vehicle}`} order by id`
    if (vehicle !== undefined && vehicles.length === 0)
      throw new FleetwireError('unknown_vehicle', `vehicle ${vehicle} does not exist`)
    let readings = 0
    let differences = 0
    for (const { id, key } of vehicles) {
      const found = await compare(sql, { id, key }, fromUs)
      readings += found.readings
      differences += found.differences.length
      for (const it of found.differences) say(it)
    }
    process.stdout.write(
      `${vehicles.length} vehicle(s), ${readings} readings: ${differences === 0 ? 'no difference' : `${differences} difference(s)`}\n`,
    )
    return differences === 0 ? 0 : 1
  } finally {
    await sql.end({ timeout: 5 })
  }
}

function readArguments(args: readonly string[]): { vehicle: string | undefined; fromUs: number } {
  const options = { vehicle: { type: 'string' }, from: { type: 'string' } } as const
  const { positionals, values } = parse()
  if (positionals.length !== 1 || positionals[0] !== 'rebuild')
    throw new FleetwireError('bad_arguments', USAGE)
  if (values.from === undefined) return { vehicle: values.vehicle, fromUs: Number.NEGATIVE_INFINITY }
  const fromUs = parseTime(values.from)
  if (typeof fromUs !== 'number')
    throw new FleetwireError('bad_arguments', `--from ${values.from} is not a time\n\n${USAGE}`)
  return { vehicle: values.vehicle, fromUs }

  function parse() {
    try {
      return parseArgs({ args: [...args], options, allowPositionals: true })
    } catch (error) {
      throw new FleetwireError('bad_arguments', `${(error as Error).message}\n\n${USAGE}`)
    }
  }
}

/**
 * Compares the results of a vehicle in one transaction, as of the readings that were analysed: those of changes that still wait
 * are left out with everything that they may change.
 */
async function compare(
  sql: Sql,
  { id, key }: { id: number; key: string },
  fromUs: number,
): Promise<{ differences: Difference[]; readings: number }> {
  return sql.begin('isolation level repeatable read', async (transaction) => {
    const tx = transaction as unknown as Sql
    const [head] = await tx<{ us: number; waitsUs: number | null }[]>`
      select (extract(epoch from time) * 1000000)::bigint as us, (
        select (extract(epoch from least(min(t), '2255-01-01Z')) * 1000000)::bigint
        from (
          select from_time as t from vehicle_dirty where vehicle_id = ${id}
          union all
          select greatest(from_times[n], '1900-01-01Z') from telemetry_changes, generate_subscripts(vehicle_ids, 1) n
          where vehicle_ids[n] = ${id}
        ) as waiting
      ) as "waitsUs"
      from vehicle_heads where vehicle_id = ${id}`
    const knownUs = head === undefined ? Number.NEGATIVE_INFINITY : head.us
    const endUs = Math.min(knownUs, (head?.waitsUs ?? Number.POSITIVE_INFINITY) - 1)
    const dirty = { vehicleId: id, fromUs, toUs: Number.NEGATIVE_INFINITY }
    const source = createSettingsSource()
    const settingsFrom = async (fromMs: number) => (await source.load(tx, [id], fromMs))(id)
    const options = { sql: tx, newestUs: endUs, settingsFrom, nowMs: Date.now() }
    const computed = await replay({ ...options, dirty, stepRows: Number.POSITIVE_INFINITY, isWhole: true })
    const { results, lowestMs, readings, settings } = computed
    const range = { vehicleId: id, afterUs: computed.afterUs, untilUs: endUs }
    const final = results.journeys.filter(({ finalUs }) => finalUs !== null)
    const journeys = await describeJourneyDifferences(tx, { ...range, asOfUs: endUs, journeys: final })
    const ended = results.events.filter(({ finalUs }) => finalUs !== null)
    const events = await describeEventDifferences(tx, { ...range, asOfUs: endUs, events: ended, settings })
    const buckets = await describeBucketDifferences(tx, { ...range, lowestMs, buckets: results.buckets })
    const differences = [
      ...journeys.map((it) => ({ vehicle: key, what: it.kind, atMs: it.fromMs, difference: it.difference })),
      ...events.map((it) => ({ vehicle: key, what: it.kind, atMs: it.fromMs, difference: it.difference })),
      ...buckets.map((it) => ({ vehicle: key, what: 'sums', atMs: it.startMs, difference: it.difference })),
    ]
    const earliestMs = Math.min(...differences.map(({ atMs }) => atMs))
    if (differences.length > 0) await tx`select telemetry_changed(${id}, ${formatTime(earliestMs * 1000)})`
    return { differences, readings }
  })
}

function say({ vehicle, what, atMs, difference }: Difference): void {
  process.stdout.write(`${vehicle}: ${what} of ${formatTime(atMs * 1000)}: ${difference}\n`)
}
