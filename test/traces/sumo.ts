import { readFileSync } from 'node:fs'
import { gunzipSync } from 'node:zlib'
import type { TimedReading } from '../../rules/reading.ts'

/** Vehicles on one network. See README.md beside the data. */
export interface SumoTraces {
  name: string
  seed: number
  vehicles: SumoVehicle[]
}

export interface SumoTrip {
  fromS: number
  toS: number
  /** along the lanes */
  metres: number
}

/** One reading a second from `startS` on. Positions and headings are differences from the reading before. */
export interface SumoVehicle {
  id: string
  type: string
  startS: number
  /** from the departure, or the end of a stop, to the beginning of the next stop of three minutes or more */
  trips: SumoTrip[]
  /** all planned stops, short ones as well */
  pauses: { fromS: number; toS: number }[]
  /** 1e-7 degrees */
  lat: number[]
  lon: number[]
  /** cm/s */
  speed: number[]
  /** degrees */
  heading: number[]
}

export const NETWORKS = ['grid', 'spider', 'random', 'motorway'] as const

/** 2026-11-29T22:00:00Z: many vehicles drive past midnight. */
const BEGIN_MS = Date.UTC(2026, 10, 29, 22)

/** A vehicle's readings at 1 Hz, and its true journeys. */
export interface Trace {
  id: string
  type: string
  readings: TimedReading[]
  trips: TrueTrip[]
  /** the last stop has no end */
  stops: { fromMs: number; toMs: number | null }[]
}

export interface TrueTrip {
  fromMs: number
  toMs: number
  metres: number
}

export function sumoTraces(name: (typeof NETWORKS)[number]): Trace[] {
  const path = new URL(`sumo/${name}.json.gz`, import.meta.url)
  const { vehicles } = JSON.parse(gunzipSync(readFileSync(path)).toString()) as SumoTraces
  return vehicles.map((it) => toTrace(name, it))
}

export function toTrace(name: string, vehicle: SumoVehicle): Trace {
  const { id, type, startS, lat, lon, heading, speed } = vehicle
  const [lats, lons, headings] = [sums(lat), sums(lon), sums(heading)]
  const ms = (s: number) => BEGIN_MS + s * 1000
  const trips = vehicle.trips.map((it) => ({ fromMs: ms(it.fromS), toMs: ms(it.toS), metres: it.metres }))
  return {
    id: `${name} ${id}`,
    type,
    readings: speed.map((cm, i): TimedReading => ({
      timeMs: ms(startS + i),
      lat: (lats[i] ?? 0) / 1e7,
      lon: (lons[i] ?? 0) / 1e7,
      speed: Math.round(cm * 3.6) / 100,
      heading: headings[i] ?? 0,
    })),
    trips,
    stops: trips.map((it, i) => ({ fromMs: it.toMs, toMs: trips[i + 1]?.fromMs ?? null })),
  }
}

function sums(differences: readonly number[]): number[] {
  let sum = 0
  return differences.map((it) => (sum += it))
}
