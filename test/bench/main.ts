import { compileGenerator } from './generator.ts'
import { measureAbuse } from './abuse.ts'
import { measureBaseline } from './baseline.ts'
import { measureBatches } from './batches.ts'
import { measureChangeFeed } from './change-feed.ts'
import { measureDashboard } from './dashboard.ts'
import { measureFleet } from './fleet.ts'
import { measureHistory } from './history.ts'
import { measureInsight } from './insight.ts'
import { measureNeighbours } from './neighbours.ts'
import { measureOverload } from './overload.ts'
import { measureRules } from './rules.ts'
import { measureSingles } from './singles.ts'
import { measureWithSimulator } from './with-simulator.ts'
import { measureSmallRequests } from './small-requests.ts'
import { describeMachine, openStage } from './stage.ts'
import { watchStolenTime } from './stolen-time.ts'

/**
 * `npm run bench [-- singles|batches|baseline|fleet|neighbours|rules|feed|insight|requests|abuse|overload|dashboard|history ...] [--plans]`.
 * Everything runs on this machine: the generator, the broker and its database. Prints the figures of docs/benchmarks.md.
 *
 * Eight benchmarks run only when they are named:
 * - `rules` measures the folds of `rules/` alone. If only it is named, neither a broker nor a database starts.
 * - `feed` compares ingest with and without the change feed.
 * - `insight` takes `INSIGHT_SECONDS` (default 600).
 * - `requests` compares the APIs of checkouts, if `COMPARED` names some.
 * - `abuse` takes twice `ABUSE_SECONDS` (default 60).
 * - `overload` takes twice `OVERLOAD_MINUTES` (default 10).
 * - `dashboard` needs a browser, and takes `DASHBOARD_MINUTES` (default 5) and about ten more.
 * - `history` takes about ten minutes and 4 GB of disk. With --plans it also prints the plans of its queries.
 */
const MEASUREMENTS = {
  singles: measureSingles,
  batches: measureBatches,
  baseline: measureBaseline,
  fleet: measureFleet,
  neighbours: measureNeighbours,
}
const DEVICES = 10_000

const names = Object.keys(MEASUREMENTS) as (keyof typeof MEASUREMENTS)[]
const withPlans = process.argv.includes('--plans')
const asked = process.argv.slice(2).filter((name) => name !== '--plans')
const known: string[] = [
  ...names,
  'rules',
  'feed',
  'insight',
  'requests',
  'abuse',
  'overload',
  'dashboard',
  'history',
]
const unknown = asked.filter((name) => !known.includes(name))
if (unknown.length > 0) {
  process.stderr.write(`unknown benchmark ${unknown.join(', ')}; there are: ${known.join(', ')}\n`)
  process.exit(2)
}

console.log(describeMachine())
if (asked.includes('rules')) await measure('rules', () => measureRules())
if (asked.length === 1 && asked[0] === 'rules') process.exit()
const stage = await openStage(DEVICES)
try {
  const generate = compileGenerator(stage.directory)
  if (generate === undefined) {
    console.log('No load generator here (its source or gcc is absent): measuring with the simulator instead.')
    if (asked.length === 0 || asked.some((name) => name in MEASUREMENTS)) await measureWithSimulator(stage)
  } else {
    for (const name of names) {
      if (asked.length > 0 && !asked.includes(name)) continue
      await measure(name, () => MEASUREMENTS[name](stage, generate))
    }
  }
  if (asked.includes('overload')) {
    if (generate === undefined) console.log('overload needs the load generator')
    else await measure('overload', () => measureOverload(stage, generate))
  }
  if (asked.includes('feed')) {
    if (generate === undefined) console.log('feed needs the load generator')
    else await measure('feed', () => measureChangeFeed(stage, generate))
  }
  if (asked.includes('insight')) {
    if (generate === undefined) console.log('insight needs the load generator')
    else await measure('insight', () => measureInsight(stage, generate))
  }
  if (asked.includes('requests')) await measure('requests', () => measureSmallRequests(stage))
  if (asked.includes('abuse')) await measure('abuse', () => measureAbuse(stage))
  if (asked.includes('dashboard')) {
    if (generate === undefined) console.log('dashboard needs the load generator')
    else await measure('dashboard', () => measureDashboard(stage, generate))
  }
  // Last, because ten million readings slow down everything else.
  if (asked.includes('history'))
    await measure('history', () => measureHistory(stage, generate, { withPlans }))
} finally {
  await stage.close()
}

async function measure(name: string, run: () => void | Promise<void>): Promise<void> {
  console.log(`\n== ${name}`)
  const stolen = watchStolenTime()
  await run()
  console.log(stolen())
}
