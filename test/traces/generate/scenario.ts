/** A network of SUMO's netgenerate, and the vehicles that drive on it. */
export interface Scenario {
  name: string
  seed: number
  /** latitude and longitude of the network's origin */
  origin: readonly [lat: number, lon: number]
  /** options of netgenerate */
  network: string
  /** vehicles in the result, and further ones that are only traffic */
  vehicles: number
  traffic: number
  /** least distance of two consecutive stops in m */
  legMinM: number
}

const LIGHTS = '--tls.guess true --no-turnarounds.tls true'

export const SCENARIOS: readonly Scenario[] = [
  {
    // Blocks of 200 m, 50 km/h, traffic lights.
    name: 'grid',
    seed: 41,
    origin: [59.33, 18.06],
    network: `--grid --grid.number 9 --grid.length 200 --default.speed 13.89 ${LIGHTS}`,
    vehicles: 30,
    traffic: 120,
    legMinM: 400,
  },
  {
    // A ring city on the 180th meridian, 60 km/h.
    name: 'spider',
    seed: 42,
    origin: [-16.8, 180],
    network: `--spider --spider.arm-number 9 --spider.circle-number 6 --spider.space-radius 280 --default.speed 16.67 ${LIGHTS}`,
    vehicles: 25,
    traffic: 80,
    legMinM: 400,
  },
  {
    // Winding roads of random length north of the polar circle, 70 km/h.
    name: 'random',
    seed: 43,
    origin: [69.65, 18.96],
    network:
      '--rand --rand.iterations 260 --rand.min-distance 120 --rand.max-distance 420 --default.speed 19.44 --bidi-probability 1',
    vehicles: 25,
    traffic: 60,
    legMinM: 400,
  },
  {
    // Two lanes, 130 km/h, junctions every 4 km.
    name: 'motorway',
    seed: 44,
    origin: [50.03, 8.57],
    network:
      '--grid --grid.number 4 --grid.length 4000 --default.lanenumber 2 --default.speed 36.11 --default-junction-type priority',
    vehicles: 20,
    traffic: 60,
    legMinM: 3000,
  },
]
