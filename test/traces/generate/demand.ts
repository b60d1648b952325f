import { createRandom, type Random } from '../random.ts'
import type { Scenario } from './scenario.ts'

/** A lane on which a vehicle can stop. */
export interface Lane {
  edge: string
  id: string
  lengthM: number
  x: number
  y: number
}

/** Lanes next to the kerb that are long enough for a stop. */
export function lanesOf(network: string): Lane[] {
  const lanes: Lane[] = []
  for (const [, edge = '', lane = ''] of network.matchAll(
    /<edge id="([^":]+)"(?! function)[^>]*>\s*(<lane [^>]*>)/g,
  )) {
    const [, id = '', length = ''] = /id="([^"]+)".* length="([^"]+)"/.exec(lane) ?? []
    const [, x = '', y = ''] = /shape="([-\d.]+),([-\d.]+)/.exec(lane) ?? []
    if (Number(length) >= 80) lanes.push({ edge, id, lengthM: Number(length), x: Number(x), y: Number(y) })
  }
  return lanes
}

const TYPES = `  <vType id="car" accel="2.6" decel="4.5" sigma="0.5" speedDev="0.1"/>
  <vType id="van" accel="2.0" decel="4.0" sigma="0.6" speedDev="0.1" length="6.5" maxSpeed="36"/>
  <vType id="truck" accel="1.1" decel="3.5" sigma="0.6" speedDev="0.05" length="12" maxSpeed="25"/>
`
const DEPART_MAX_S = 900

/** More vehicles than needed: those whose way has no route, or that wait in a jam, are left out. */
export function demandOf(scenario: Scenario, lanes: readonly Lane[]): string {
  const random = createRandom(scenario.seed)
  const trips = [
    ...Array.from({ length: Math.ceil(scenario.vehicles * 1.5) }, (_, i) =>
      tripWithStops(`v${i}`, scenario, lanes, random),
    ),
    ...Array.from({ length: scenario.traffic }, (_, i) => trip(`t${i}`, lanes, random)),
  ].toSorted((a, b) => a.departS - b.departS)
  return `<routes>\n${TYPES}${trips.map((it) => it.xml).join('\n')}\n</routes>\n`
}

function tripWithStops(id: string, { legMinM }: Scenario, lanes: readonly Lane[], random: Random) {
  const departS = random.integer(0, DEPART_MAX_S)
  const count = random.integer(3, 6)
  const way: Lane[] = [random.pick(lanes)]
  while (way.length < count + 2) {
    const next = random.pick(lanes)
    const last = way.at(-1)
    if (last && Math.hypot(next.x - last.x, next.y - last.y) >= legMinM) way.push(next)
  }
  const stops = way.slice(1, -1).map((lane, i) => stopOn(lane, i === count - 1, random))
  const type = random.pick(['car', 'car', 'van', 'truck'])
  const xml = `  <trip id="${id}" type="${type}" depart="${departS}" departSpeed="0" from="${way[0]?.edge}" to="${way.at(-1)?.edge}">
${stops.join('\n')}
  </trip>`
  return { departS, xml }
}

/**
 * A third of the stops are deliveries that last less than three minutes. Only the shortest are on the road, so that
 * nobody waits behind them for long.
 */
function stopOn(lane: Lane, isLast: boolean, random: Random): string {
  const isShort = !isLast && random.uniform() < 0.35
  const durationS = isShort ? random.integer(15, 140) : random.integer(210, 1800)
  const endM = Math.round(random.between(50, lane.lengthM - 20))
  return `    <stop lane="${lane.id}" endPos="${endM}" duration="${durationS}" parking="${durationS > 60}"/>`
}

function trip(id: string, lanes: readonly Lane[], random: Random) {
  const departS = random.integer(0, 4 * DEPART_MAX_S)
  const [from, to] = [random.pick(lanes), random.pick(lanes)]
  return {
    departS,
    xml: `  <trip id="${id}" type="car" depart="${departS}" from="${from.edge}" to="${to.edge}"/>`,
  }
}
