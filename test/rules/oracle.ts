import type { Bucket } from '../../rules/buckets.ts'
import type { Journey } from '../../rules/journey.ts'
import type { Parameters } from '../../rules/parameters.ts'
import type { TimedReading } from '../../rules/reading.ts'

/**
 * The definitions of journeys and buckets, evaluated by brute force over all readings at once, with indexes instead of
 * a state. It shares types with `rules/`, and no code. Quadratic, and meant to be read beside
 * docs/adr/019-rules-as-folds.md.
 */
export interface Evaluation {
  journeys: Journey[]
  openJourney: Journey | undefined
  buckets: Bucket[]
  facts: Fact[]
  /** accepted positions of all readings; `at` is held at rest */
  accepted: { t: number; at: Point; jumped: boolean }[]
}

/** Values of a reading beyond its fields; `undefined` if unknown. */
export interface Fact {
  reading: TimedReading
  t: number
  /** m/h */
  speed: number | undefined
  moving: boolean
  engine: boolean | undefined
  ignition: boolean | undefined
  /** its own accepted position */
  at: Point | undefined
}

interface Point {
  lat: number
  lon: number
}

/** A reading with all of its values. Indexes are within its stretch. */
interface Row {
  reading: TimedReading
  t: number
  /** accepted position of this reading */
  at: Point | undefined
  jumped: boolean
  refused: boolean
}

export function evaluate(unsorted: readonly TimedReading[], p: Parameters): Evaluation {
  const rows = acceptPositions(
    unsorted.toSorted((a, b) => a.timeMs - b.timeMs),
    p,
  )
  const placed = rows.flatMap((it) => (it.at ? { ...it, at: it.at } : []))
  const accepted = placed.map(({ t, jumped }, i) => ({ t, jumped, at: heldAt(placed, i, p) }))
  const stretches: Row[][] = []
  for (const [i, row] of rows.entries()) {
    const before = rows[i - 1]
    if (before === undefined || row.t - before.t > p.gapMs) stretches.push([])
    stretches.at(-1)?.push(row)
  }
  const result: Evaluation = { journeys: [], openJourney: undefined, buckets: [], facts: [], accepted }
  for (const [n, stretch] of stretches.entries()) {
    const before = stretches[n - 1]
    if (before !== undefined) result.journeys.push(gapBetween(before, stretch))
    const isLast = n === stretches.length - 1
    const found = evaluateStretch(stretch, p, isLast)
    result.journeys.push(...found.journeys)
    result.openJourney = found.openJourney
    result.buckets.push(...found.buckets)
    result.facts.push(...found.facts)
  }
  return result
}

/**
 * Of each run of standing readings, the first position at rest, and again the first one that is too far from that.
 */
function heldAt(placed: readonly (Row & { at: Point })[], i: number, p: Parameters): Point {
  const speedAt = (k: number) => Math.round((must(placed[k]).reading.speed ?? Infinity) * 1000)
  let begin = i + 1
  while (begin > 0 && speedAt(begin - 1) < p.movingOff) begin--
  const rest = placed.findIndex((_, k) => k >= begin && speedAt(k) < p.restSpeed)
  if (rest < 0 || rest > i) return must(placed[i]).at
  return placed
    .slice(rest, i + 1)
    .map(({ at }) => at)
    .reduce((held, at) => (mm(held, at) <= p.holdMm ? held : at))
}

function acceptPositions(readings: readonly TimedReading[], p: Parameters): Row[] {
  let last: (Point & { t: number }) | undefined
  let chain: (Point & { t: number })[] = []
  const follows = (a: Point & { t: number }, b: Point & { t: number }) =>
    metres(a, b) / (Math.max(b.t - a.t, 1000) / 1000) < p.impliedSpeedMax / 3600
  return readings.map((reading) => {
    const row: Row = { reading, t: reading.timeMs, at: undefined, jumped: false, refused: false }
    if (reading.lat === undefined || reading.lon === undefined) return row
    const here = { lat: e7(reading.lat), lon: e7(reading.lon), t: row.t }
    if (here.lat === 0 && here.lon === 0) return { ...row, refused: true }
    if (last === undefined || follows(last, here)) {
      last = here
      chain = []
      return { ...row, at: { lat: here.lat, lon: here.lon } }
    }
    const previous = chain.at(-1)
    chain = previous !== undefined && follows(previous, here) ? [...chain, here] : [here]
    if (chain.length < p.jumpConfirm) return { ...row, refused: true }
    last = here
    chain = []
    return { ...row, at: { lat: here.lat, lon: here.lon }, jumped: true }
  })
}

function gapBetween(before: readonly Row[], after: readonly Row[]): Journey {
  const from = must(before.at(-1))
  const to = must(after[0])
  const start = before.findLast((it) => it.at)?.at ?? null
  const end = to.at ?? null
  const km = difference(from.reading.odometer, to.reading.odometer)
  return {
    kind: 'gap',
    fromMs: from.t,
    toMs: to.t,
    start,
    end,
    distanceMm: start && end ? mm(start, end) : null,
    odometerMm: km !== undefined && km >= 0 ? km : null,
    movingMs: 0,
    idleMs: 0,
    speedMax: null,
    speedAvg: null,
    fuelUl: null,
    judgedMs: 0,
  }
}

function evaluateStretch(rows: readonly Row[], p: Parameters, isLast: boolean): Evaluation {
  const n = rows.length
  const all = rows.map((_, i) => i)
  const t = (i: number) => must(rows[i]).t
  const dt = (i: number) => t(i + 1) - t(i)
  const sum = (from: number, to: number, of: (i: number) => number) =>
    all.slice(from, to).reduce((total, i) => total + of(i), 0)
  const reading = (i: number) => must(rows[i]).reading
  const placeAt = (i: number) => rows.slice(0, i + 1).findLast((it) => it.at)?.at

  // speed, m/h
  const speed = all.map((i) => {
    const { speed: told } = reading(i)
    const { at, jumped, refused } = must(rows[i])
    if (told !== undefined && !refused) return Math.round(told * 1000)
    if (at === undefined || jumped) return undefined
    const sinceJump = Math.max(
      rows.slice(0, i).findLastIndex((it) => it.jumped),
      0,
    )
    const second = (j: number) => Math.floor(t(j) / 1000)
    for (let j = i - 1; j >= sinceJump; j--) {
      const from = must(rows[j]).at
      if (from === undefined || t(i) - t(j) < p.speedSpanMs) continue
      if (all.slice(j + 1, i).some((k) => must(rows[k]).at !== undefined && second(k) === second(j))) continue
      return Math.floor((mm(from, at) * 3600) / (t(i) - t(j)) + 0.5)
    }
    return undefined
  })
  const moving: boolean[] = []
  for (const i of all) {
    const was = moving[i - 1] ?? false
    const known = speed[i]
    moving.push(known === undefined ? was : known >= (was ? p.movingOff : p.movingOn))
  }
  const newest = <T>(i: number, of: (it: TimedReading) => T | undefined): T | undefined => {
    for (let j = i; j >= 0; j--) {
      const value = of(reading(j))
      if (value !== undefined) return value
    }
    return undefined
  }
  const ignition = (i: number) => newest(i, (it) => it.ignition)
  const engine = (i: number) => {
    const rpm = newest(i, (it) => it.rpm)
    const volts = newest(i, (it) => it.battery_voltage)
    const byVolts = volts === undefined ? undefined : volts >= p.engineOnVolts
    return ignition(i) ?? (rpm === undefined ? byVolts : rpm > 0)
  }
  // The way from i - 1 to i, including the way over readings without a position.
  const way = (i: number) => {
    const { at, jumped } = must(rows[i])
    const from = i > 0 ? placeAt(i - 1) : undefined
    if (!at || !from || jumped) return 0
    const line = mm(from, at)
    const ends = [i - 1, i].map((k) =>
      must(rows[k]).at && !must(rows[k]).refused ? reading(k).speed : undefined,
    )
    const [a, b] = ends.map((it) => (it === undefined ? -1 : Math.round(it * 1000)))
    if (a === undefined || b === undefined || a < 5000 || b < 5000) return line
    if (dt(i - 1) < 5000 || dt(i - 1) > 30_000) return line
    // With m/h and ms, a mm is 3600 of the product.
    const driven = Math.round(((a + b) * dt(i - 1)) / 7200)
    if (driven < 1.1 * line) return line
    return Math.min(Math.round((line + driven) / 2), Math.round(Math.sqrt(2) * line))
  }
  const hole = (i: number) => {
    const { at, jumped } = must(rows[i])
    const from = rows.slice(0, i).findLast((it) => it.at)
    return jumped || (at !== undefined && from !== undefined && t(i) - from.t > 60_000)
  }
  const odometer = (i: number) => {
    const km = reading(i).odometer
    return km === undefined ? undefined : Math.round(km * 1e6)
  }
  const fell = (i: number) => {
    const now = odometer(i)
    const before = i > 0 ? newest(i - 1, (it) => it.odometer) : undefined
    return now !== undefined && before !== undefined && now < Math.round(before * 1e6)
  }
  const fuelUl = (i: number) => {
    const rate = reading(i).fuel_rate
    return rate === undefined || dt(i) > p.fuelRateMaxMs
      ? 0
      : Math.floor((Math.round(rate * 1000) * dt(i)) / 3600 + 0.5)
  }
  const fuelMs = (i: number) => (reading(i).fuel_rate === undefined || dt(i) > p.fuelRateMaxMs ? 0 : dt(i))
  const judged = (i: number) =>
    speed[i] !== undefined && speed[i + 1] !== undefined && dt(i) >= 500 && dt(i) <= 2500 ? dt(i) : 0
  const engineMs = (i: number) => (engine(i) ? dt(i) : 0)

  // Whether the vehicle has stood long enough up to reading i.
  const runStart = (i: number) => {
    let start = i
    while (start > 0 && moving[start - 1] === false) start--
    return start
  }
  const offProof = (i: number) => {
    if (i === 0 || moving[i - 1] !== false || ignition(i - 1) !== false) return false
    let start = i - 1
    while (start > 0 && moving[start - 1] === false && ignition(start - 1) === false) start--
    return t(i) - t(start) >= p.ignitionOffMs
  }
  const stopProof = (i: number) =>
    i > 0 && moving[i - 1] === false && (t(i) - t(runStart(i - 1)) >= p.stopMinMs || offProof(i))

  const isAtRest = (i: number) => !moving[i] && speed[i] !== undefined && speed[i] < p.restSpeed
  // Where the movement that has its first moving reading at c began, and the standing that has its first at b.
  const departure = (c: number) => {
    const rest = all.slice(0, c).findLast((i) => moving[i] || isAtRest(i))
    return rest === undefined || moving[rest] || t(c) - t(rest) > p.restMs ? c : rest
  }
  const arrival = (b: number) => {
    const rest = all.slice(b).find((i) => moving[i] || isAtRest(i))
    return rest === undefined || moving[rest] || t(rest) - t(b) > p.restMs ? b : rest
  }

  // Whether the movement that began at c is a trip at reading i; the vehicle stood since reading s.
  const isTrip = (s: number, c: number, i: number) => {
    if (!moving[i] && !moving[i - 1]) return false
    const stood = all
      .slice(runStart(s), c)
      .filter((k) => !moving[k] && must(rows[k]).at)
      .slice(-9)
      .map((k) => must(must(rows[k]).at))
    const middle = (of: (it: Point) => number) =>
      must(stood.map(of).toSorted((a, b) => a - b)[Math.ceil(stood.length / 2) - 1])
    const origin =
      stood.length > 0
        ? { lat: middle((it) => it.lat), lon: middle((it) => it.lon) }
        : rows.slice(c, i + 1).find((it) => it.at)?.at
    const here = placeAt(i)
    const isLong = sum(c, i, (k) => (moving[k] ? dt(k) : 0)) >= p.tripMinMs
    if (!origin || !here) return isLong
    const far = mm(origin, here)
    return far >= p.tripMinMm || (isLong && far > p.stopRadiusMm)
  }

  // Sums are from a to b. Its boundaries are at rest, which may be before.
  const common = (a: number, b: number, isOpen: boolean, first: number, last: number, isInTrip: boolean) => ({
    fromMs: t(first),
    toMs: isOpen ? null : t(last),
    start: placeAt(first) ?? null,
    end: placeAt(last) ?? null,
    fuelUl: fuelOf(a, b, first, last, isInTrip),
    judgedMs: sum(a, b, judged),
  })
  // Refuels and drains: changes of the level from the first reading of a stand at rest to the first one after it.
  const apart = (a: number, b: number) =>
    sum(a, b, (i) => {
      if (moving[i] || (i > a && !moving[i - 1])) return 0
      const next = all.find((k) => k > i && moving[k])
      if (next === undefined || next > b) return 0
      const [before, after] = [newest(arrival(i), (it) => it.fuel_level), newest(next, (it) => it.fuel_level)]
      if (before === undefined || after === undefined) return 0
      const change = Math.round(after * 1000) - Math.round(before * 1000)
      return change >= p.refuelMin || change <= -p.drainMin ? change : 0
    })
  const fuelOf = (a: number, b: number, first: number, last: number, isInTrip: boolean) => {
    const known = sum(a, b, fuelMs)
    if (known > 0 && known >= 0.8 * sum(a, b, engineMs)) return sum(a, b, fuelUl)
    const from = newest(first, (it) => it.fuel_level)
    const to = newest(last, (it) => it.fuel_level)
    if (from === undefined || to === undefined || p.tankMl === null) return null
    const fall = Math.round(from * 1000) - Math.round(to * 1000) + (isInTrip ? apart(a, b) : 0)
    return fall < 0 ? null : Math.floor((fall * p.tankMl) / 100 + 0.5)
  }
  // Intervals k..k+1 whose way counts for the trip from a to b.
  const counts = (a: number, b: number, k: number) =>
    k >= a && k < b ? moving[k] || moving[k + 1] : k === a - 1 && !moving[k] && moving[a]
  const trip = (a: number, b: number, isOpen: boolean): Journey => {
    const ways = [...all.keys()].filter((k) => k < n - 1 && counts(a, b, k))
    const distance = ways.reduce((total, k) => total + way(k + 1), 0)
    const movingMs = sum(a, b, (k) => (moving[k] ? dt(k) : 0))
    const speeds = all
      .slice(a, b + 1)
      .filter((k) => moving[k])
      .flatMap((k) => speed[k] ?? [])
    const [from, to] = [odometer(departure(a)), odometer(b)]
    const km = from === undefined || to === undefined ? -1 : to - from
    const hasFallen = all.slice(a + 1, b + 1).some(fell)
    const isNear = km >= (distance * 8) / 10 && km <= (distance * 13) / 10
    return {
      kind: 'trip',
      ...common(a, b, isOpen, departure(a), b, true),
      distanceMm: distance,
      odometerMm: km >= 0 && !hasFallen && (isNear || ways.some((k) => hole(k + 1))) ? km : null,
      movingMs,
      idleMs: sum(a, b, (k) => (moving[k] ? 0 : engineMs(k))),
      speedMax: speeds.length > 0 ? Math.max(...speeds) : null,
      speedAvg: movingMs > 0 ? Math.floor((distance * 3600) / movingMs + 0.5) : null,
    }
  }
  const stop = (a: number, b: number, isOpen: boolean, last = b): Journey => ({
    kind: 'stop',
    ...common(a, b, isOpen, a, last, false),
    distanceMm: 0,
    odometerMm: null,
    movingMs: 0,
    idleMs: sum(a, b, engineMs),
    speedMax: null,
    speedAvg: null,
  })

  const journeys: Journey[] = []
  const trips: [a: number, b: number][] = []
  const end = n - 1
  let openJourney: Journey | undefined
  let [s, cursor, isStop] = [0, 0, false]
  for (;;) {
    const isConfirmed = (upTo: number) =>
      isStop || t(upTo) - t(s) >= p.stopMinMs || all.slice(s + 1, upTo + 1).some(offProof)
    const c = all.find((i) => i >= cursor && moving[i])
    const f =
      c === undefined
        ? undefined
        : all.find(
            (i) =>
              i >= c && ((i > c && stopProof(i)) || isTrip(s, c, i) || t(i) - t(departure(c)) > p.driftMaxMs),
          )
    if (c === undefined || f === undefined) {
      if (isLast) openJourney = isConfirmed(c ?? end) ? stop(s, end, true) : undefined
      else if (isConfirmed(end)) journeys.push(stop(s, end, false))
      break
    }
    cursor = f
    if ((f > c && stopProof(f)) || !isTrip(s, c, f)) continue
    if (isConfirmed(c)) journeys.push(stop(s, c, false, departure(c)))
    const proof = all.find((i) => i > f && stopProof(i))
    const b = proof === undefined ? end : arrival(runStart(proof - 1))
    trips.push([c, b])
    if (proof === undefined) {
      if (isLast) openJourney = trip(c, b, true)
      else journeys.push(trip(c, b, false))
      break
    }
    journeys.push(trip(c, b, false))
    s = b
    cursor = proof
    isStop = true
  }

  const buckets: Bucket[] = []
  const first = Math.floor(t(0) / 300_000)
  for (let number = first; number * 300_000 <= t(end); number++) {
    const startMs = number * 300_000
    const part = (k: number, total: number) => {
      const due = (until: number) => {
        const elapsed = Math.max(0, Math.min(until, t(k + 1)) - t(k))
        return Number((BigInt(total) * BigInt(elapsed)) / BigInt(dt(k)))
      }
      if (dt(k) === 0) return Math.floor(t(k) / 300_000) === number ? total : 0
      return due(startMs + 300_000) - due(startMs)
    }
    const total = (of: (k: number) => number) => sum(0, end, (k) => part(k, of(k)))
    const isInTrip = (k: number) => trips.some(([a, b]) => k >= a && k < b)
    const inside = all.filter((i) => Math.floor(t(i) / 300_000) === number)
    const speeds = inside.flatMap((i) => speed[i] ?? [])
    buckets.push({
      startMs,
      distanceMm: total((k) => (trips.some(([a, b]) => counts(a, b, k)) ? way(k + 1) : 0)),
      movingMs: total((k) => (isInTrip(k) && moving[k] ? dt(k) : 0)),
      idleMs: total((k) => (isInTrip(k) && moving[k] ? 0 : engineMs(k))),
      engineMs: total(engineMs),
      fuelUl: total(fuelUl),
      speedSum: speeds.reduce((a, b) => a + b, 0),
      speedReadings: speeds.length,
      speedMax: speeds.length > 0 ? Math.max(...speeds) : null,
      readings: inside.length,
      judgedMs: total(judged),
    })
  }
  const facts = all.map((i): Fact => ({
    reading: reading(i),
    t: t(i),
    speed: speed[i],
    moving: moving[i] ?? false,
    engine: engine(i),
    ignition: ignition(i),
    at: rows[i]?.at,
  }))
  return { journeys, openJourney, buckets, facts, accepted: [] }
}

function must<T>(value: T | undefined): T {
  if (value === undefined) throw new Error('the oracle looked beside its rows')
  return value
}

function difference(a: number | undefined, b: number | undefined): number | undefined {
  return a === undefined || b === undefined ? undefined : Math.round(b * 1e6) - Math.round(a * 1e6)
}

const e7 = (degrees: number) => Math.floor(degrees * 1e7 + 0.5)
/** Exported for the oracle of geofences. */
export const metres = (a: Point, b: Point) => mm(a, b) / 1000

/**
 * The definition of docs/adr/019: the ellipsoid's radii at the middle latitude, the haversine formula beyond a degree.
 */
function mm(a: Point, b: Point): number {
  const rad = Math.PI / 180 / 1e7
  let east = b.lon - a.lon
  if (east > 1.8e9) east -= 3.6e9
  if (east < -1.8e9) east += 3.6e9
  const north = b.lat - a.lat
  if (Math.abs(east) > 1e7 || Math.abs(north) > 1e7) {
    const h =
      Math.sin((north * rad) / 2) ** 2 +
      Math.cos(a.lat * rad) * Math.cos(b.lat * rad) * Math.sin((east * rad) / 2) ** 2
    return Math.round(2 * 6_371_008_771 * Math.asin(Math.min(1, Math.sqrt(h))))
  }
  const middle = (a.lat + b.lat) / 2
  const e2 = 0.00669437999014
  const w = Math.sqrt(1 - e2 * Math.sin(middle * rad) ** 2)
  const meridional = (6_378_137_000 * (1 - e2)) / w ** 3
  const vertical = 6_378_137_000 / w
  return Math.round(Math.hypot(meridional * north * rad, vertical * Math.cos(middle * rad) * east * rad))
}
