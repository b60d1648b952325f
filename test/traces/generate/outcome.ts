import type { SumoTrip, SumoVehicle } from '../sumo.ts'

/** Standing for this time in traffic is close to a stop, so the vehicle is left out. */
const JAM_S = 150
/** Shorter stops are part of a trip. */
const STOP_MIN_S = 180
const MOVING_MPS = 5 / 3.6

interface Moment {
  s: number
  /** 1e-7 degrees */
  lat: number
  lon: number
  /** cm/s */
  speed: number
  /** degrees */
  heading: number
}

/** Vehicles with readings and SUMO's own truth, from its outputs. */
export function vehiclesOf(fcd: string, stops: string, trips: string): SumoVehicle[] {
  const moments = momentsOf(fcd)
  const stopinfos = elements(stops, 'stopinfo')
  return elements(trips, 'tripinfo').flatMap((trip) => {
    const id = trip['id'] ?? ''
    const found = moments.get(id)
    const own = stopinfos.filter((it) => it['id'] === id)
    return found ? (vehicleOf(id, trip, found, own) ?? []) : []
  })
}

type Attributes = Record<string, string>

function elements(xml: string, name: string): Attributes[] {
  return [...xml.matchAll(new RegExp(`<${name} ([^>]*)>`, 'g'))].map(([, text = '']) => attributesOf(text))
}

function attributesOf(text: string): Attributes {
  return Object.fromEntries([...text.matchAll(/([\w-]+)="([^"]*)"/g)].map(([, name, value]) => [name, value]))
}

function momentsOf(fcd: string): Map<string, Moment[]> {
  const moments = new Map<string, Moment[]>()
  let s = 0
  for (const line of fcd.split('\n')) {
    const time = /<timestep time="([\d.]+)"/.exec(line)
    if (time) s = Number(time[1])
    if (!line.includes('<vehicle ')) continue
    const { id = '', x, y, angle, speed } = attributesOf(line)
    const list = moments.get(id) ?? []
    moments.set(id, list)
    list.push({
      s,
      lat: Math.round(Number(y) * 1e7),
      lon: Math.round(Number(x) * 1e7),
      speed: Math.round(Number(speed) * 100),
      heading: Math.round(Number(angle)) % 360,
    })
  }
  return moments
}

function vehicleOf(
  id: string,
  trip: Attributes,
  moments: Moment[],
  stops: Attributes[],
): SumoVehicle | undefined {
  const pauses = stops.map(({ started, ended }) => ({ fromS: Number(started), toS: Number(ended) }))
  const last = pauses.at(-1)
  if (last === undefined || isJammed(moments, pauses)) return undefined
  // In SUMO, the speed of a second is that since the second before.
  const metres = (fromS: number, toS: number) =>
    moments.reduce((sum, it) => (it.s > fromS && it.s <= toS ? sum + it.speed / 100 : sum), 0)
  const routeM = Number(trip['routeLength'])
  const departS = Number(trip['depart'])
  const drivenM = metres(departS, Infinity)
  if (Math.abs(drivenM - routeM) > 0.003 * routeM + 40) {
    console.log(`${id} left out: ${drivenM.toFixed(0)} m of ${routeM} m`)
    return undefined
  }
  const trips: SumoTrip[] = []
  let fromS = departS
  for (const pause of pauses) {
    if (pause.toS - pause.fromS < STOP_MIN_S) continue
    trips.push({ fromS, toS: pause.fromS, metres: Math.round(metres(fromS, pause.fromS)) })
    fromS = pause.toS
  }
  const kept = moments.filter((it) => it.s < last.toS)
  return {
    id,
    type: trip['vType'] ?? '',
    startS: departS,
    trips,
    pauses,
    lat: differences(kept.map((it) => it.lat)),
    lon: differences(kept.map((it) => it.lon)),
    speed: kept.map((it) => it.speed),
    heading: differences(kept.map((it) => it.heading)),
  }
}

function isJammed(moments: readonly Moment[], pauses: readonly { fromS: number; toS: number }[]): boolean {
  let standing = 0
  for (const { s, speed } of moments) {
    const isPause = pauses.some((it) => s >= it.fromS && s <= it.toS)
    standing = isPause || speed / 100 >= MOVING_MPS ? 0 : standing + 1
    if (standing >= JAM_S) return true
  }
  return false
}

const differences = (values: readonly number[]) => values.map((it, i) => it - (values[i - 1] ?? 0))
