import { compileGenerator } from './generator.ts'
import { measureBaseline } from './baseline.ts'
import { measureBatches } from './batches.ts'
import { measureFleet } from './fleet.ts'
import { measureNeighbours } from './neighbours.ts'
import { measureSingles } from './singles.ts'
import { measureWithSimulator } from './with-simulator.ts'
import { describeMachine, openStage } from './stage.ts'

/**
 * `npm run bench [-- singles|batches|baseline|fleet|neighbours ...]`. Everything runs on this machine: the generator,
 * the broker and its database. Prints what docs/benchmarks.md records.
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
const asked = process.argv.slice(2)
const unknown = asked.filter((name) => !(names as string[]).includes(name))
if (unknown.length > 0) {
  process.stderr.write(`unknown benchmark ${unknown.join(', ')}; there are: ${names.join(', ')}\n`)
  process.exit(2)
}

console.log(describeMachine())
const stage = await openStage(DEVICES)
try {
  const generate = compileGenerator(stage.directory)
  if (generate === undefined) {
    console.log('No load generator here (its source or gcc is absent): measuring with the simulator instead.')
    await measureWithSimulator(stage)
  } else {
    for (const name of names) {
      if (asked.length > 0 && !asked.includes(name)) continue
      console.log(`\n== ${name}`)
      await MEASUREMENTS[name](stage, generate)
    }
  }
} finally {
  await stage.close()
}
