import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import type { SumoTraces } from '../sumo.ts'
import { demandOf, lanesOf } from './demand.ts'
import { vehiclesOf } from './outcome.ts'
import { SCENARIOS, type Scenario } from './scenario.ts'

// Drives vehicles in SUMO, and writes their readings and SUMO's truth to test/traces/sumo:
//
//   node --import tsx test/traces/generate/main.ts [NAME ...] [--seed N] [--to DIRECTORY]
//
// Needs SUMO 1.15: apt-get install --no-install-recommends sumo

const directory = mkdtempSync(join(tmpdir(), 'sumo-'))
const file = (name: string) => join(directory, name)
const read = (name: string) => readFileSync(file(name), 'utf8')
// SUMO warns of each tight junction, and of a missing SUMO_HOME.
const run = (command: string, options: string) =>
  execFileSync(command, `${options} --no-warnings true --xml-validation never`.split(' '), {
    cwd: directory,
    stdio: ['ignore', 'ignore', 'inherit'],
  })

function drive(scenario: Scenario): SumoTraces {
  const { name, seed, origin, network, vehicles } = scenario
  run('netgenerate', `${network} --seed ${seed} --output-file plain.net.xml`)
  // netgenerate knows no projection. Around its origin, this one has the scale 1.
  const [lat, lon] = origin
  const projection = `+proj=tmerc +lat_0=${lat} +lon_0=${lon} +k=1 +ellps=WGS84 +units=m`
  const net = read('plain.net.xml').replace('projParameter="!"', `projParameter="${projection}"`)
  writeFileSync(file('net.xml'), net)
  const demand = demandOf(scenario, lanesOf(net))
  writeFileSync(file('demand.xml'), demand)
  const tracked = [...demand.matchAll(/id="(v\d+)"/g)].map(([, id]) => id).join(',')
  const input = `--net-file net.xml --route-files demand.xml --seed ${seed} --end 30000 --ignore-route-errors`
  const driving = '--time-to-teleport -1 --lanechange.duration 3'
  const fcd = `--fcd-output fcd.xml --fcd-output.geo --precision.geo 7 --device.fcd.explicit ${tracked}`
  const truth = '--stop-output stops.xml --tripinfo-output trips.xml --no-step-log'
  run('sumo', `${input} ${driving} ${fcd} ${truth}`)
  const found = vehiclesOf(read('fcd.xml'), read('stops.xml'), read('trips.xml'))
  if (found.length < vehicles)
    throw new Error(`${name}: only ${found.length} of ${vehicles} vehicles arrived`)
  return { name, seed, vehicles: found.toSorted((a, b) => a.startS - b.startS).slice(0, vehicles) }
}

const args = process.argv.slice(2)
const option = (name: string) => (args.includes(name) ? args.splice(args.indexOf(name), 2)[1] : undefined)
const seed = option('--seed')
const to = option('--to') ?? new URL('../sumo', import.meta.url).pathname
try {
  for (const scenario of SCENARIOS.filter((it) => args.length === 0 || args.includes(it.name))) {
    const traces = drive({ ...scenario, seed: seed === undefined ? scenario.seed : Number(seed) })
    const gzipped = gzipSync(JSON.stringify(traces), { level: 9 })
    writeFileSync(join(to, `${scenario.name}.json.gz`), gzipped)
    const readings = traces.vehicles.reduce((sum, it) => sum + it.lat.length, 0)
    const trips = traces.vehicles.reduce((sum, it) => sum + it.trips.length, 0)
    console.log(
      `${scenario.name}: ${traces.vehicles.length} vehicles, ${trips} trips, ${readings} readings, ${gzipped.length} B`,
    )
  }
} finally {
  rmSync(directory, { recursive: true })
}
