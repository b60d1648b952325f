import { expect } from 'chai'
import { advance } from '../../../rules/advance.ts'
import type { RuleEvent } from '../../../rules/rule-memory.ts'
import type { Geofence, GeofenceShape, LonLat } from '../../../rules/geofence.ts'
import { indexGeofences } from '../../../rules/geofence-index.ts'
import type { TimedReading } from '../../../rules/reading.ts'
import { DEFAULT_SETTINGS, type Settings } from '../../../rules/settings.ts'
import { EMPTY_STATE } from '../../../rules/state.ts'
import { moved } from '../../traces/degrade.ts'
import { createRandom } from '../../traces/random.ts'

// Check 6: noise on an edge is no event, and a crossing is one. Readings go through the whole fold.

const CENTRE: LonLat = [18.06, 59.33]
const BEGIN_MS = Date.UTC(2026, 10, 30)
const at = (northM: number, eastM: number): TimedReading =>
  moved({ timeMs: 0, lat: CENTRE[1], lon: CENTRE[0] }, northM, eastM)
const corner = (northM: number, eastM: number): LonLat => {
  const { lat = 0, lon = 0 } = at(northM, eastM)
  return [lon, lat]
}
/** Each fence reaches 300 m to the north and to the south of the centre. */
const SHAPES: Record<string, GeofenceShape> = {
  square: {
    type: 'Polygon',
    coordinates: [
      [corner(-300, -300), corner(300, -300), corner(300, 300), corner(-300, 300), corner(-300, -300)],
    ],
  },
  diamond: {
    type: 'Polygon',
    coordinates: [[corner(-300, 0), corner(0, 300), corner(300, 0), corner(0, -300), corner(-300, 0)]],
  },
  circle: { type: 'Point', coordinates: CENTRE, radiusM: 300 },
  corridor: { type: 'LineString', coordinates: [corner(0, -2000), corner(0, 2000)], widthM: 600 },
}

function settingsOf(shape: GeofenceShape, hysteresisM?: number): Settings {
  const fence: Geofence = { key: 'fence', shape, hysteresisM }
  return {
    ...DEFAULT_SETTINGS,
    geofences: indexGeofences([fence]),
    rules: (['geofence_crossed', 'geofence_enter', 'geofence_exit'] as const).map((kind) => ({
      key: kind,
      kind,
      geofence: 'fence',
    })),
  }
}

function eventsOf(readings: Iterable<TimedReading>, settings: Settings): RuleEvent[] {
  const events: RuleEvent[] = []
  let state = EMPTY_STATE
  for (const reading of readings) {
    const step = advance(state, reading, settings)
    state = step.state
    events.push(...step.results.events)
  }
  return events
}

/**
 * A vehicle that comes from 500 m outside, and stands on the northern edge for a day. Its positions wander by 8 m, each
 * on its own or with a memory of half a minute.
 */
function* wander(memory: 'none' | 'half a minute', seed: number): Generator<TimedReading> {
  const random = createRandom(seed)
  const kept = memory === 'none' ? 0 : Math.exp(-1 / 30)
  const step = 8 * Math.sqrt(1 - kept * kept)
  let [north, east] = [0, 0]
  for (let s = 0; s < 86_400; s++) {
    north = north * kept + step * random.normal()
    east = east * kept + step * random.normal()
    const isDriving = s < 60
    yield {
      ...at((isDriving ? 800 - s * 8.3 : 300) + north, east),
      timeMs: BEGIN_MS + s * 1000,
      speed: isDriving ? 30 : Math.abs(0.3 * random.normal()),
    }
  }
}

describe('a vehicle that wanders on the edge of a geofence', () => {
  for (const [name, shape] of Object.entries(SHAPES))
    it(`a vehicle on the edge of a ${name} for a day enters at most once, and never leaves`, () => {
      for (const memory of ['none', 'half a minute'] as const) {
        const events = eventsOf(wander(memory, 7), settingsOf(shape))
        expect(events.length).to.be.at.most(1)
        for (const it of events) {
          expect(it.kind).to.equal('geofence_enter')
          expect(it.fromMs).to.be.below(BEGIN_MS + 70_000)
        }
      }
    })

  it('a vehicle that was there from the first position on causes no event', () => {
    const [, ...standing] = [...wander('half a minute', 3)].slice(60)
    expect(eventsOf(standing, settingsOf(SHAPES['diamond'] as GeofenceShape))).to.deep.equal([])
  })

  it('these positions would be dozens of events if they were not held at rest, and hundreds without hysteresis', () => {
    const circle = SHAPES['circle'] as GeofenceShape
    const withoutSpeed = [...wander('half a minute', 7)].map(({ speed: _speed, ...it }) => it)
    expect(eventsOf(withoutSpeed, settingsOf(circle)).length).to.be.above(10)
    expect(eventsOf(withoutSpeed, settingsOf(circle, 0)).length).to.be.above(300)
  })

  it('a vehicle that is carried 60 m at rest leaves', () => {
    const settings = settingsOf(SHAPES['square'] as GeofenceShape)
    const carried = [800, 400, 250, 250, 340, 360, 360, 360].map((north, i) => ({
      ...at(north, 0),
      timeMs: BEGIN_MS + i * 10_000,
      speed: i < 2 ? 50 : 0,
    }))
    expect(eventsOf(carried, settings).map((it) => it.kind)).to.deep.equal([
      'geofence_enter',
      'geofence_exit',
    ])
  })
})

/** Drives from 600 m south of the centre to 600 m north of it. */
function* drive(
  metresPerS: number,
  eastM: number,
  sigmaM: number,
  spacingS: number,
): Generator<TimedReading> {
  const random = createRandom(metresPerS * 100 + eastM)
  for (let s = 0; s * metresPerS <= 1200; s += spacingS)
    yield {
      ...at(s * metresPerS - 600 + sigmaM * random.normal(), eastM + sigmaM * random.normal()),
      timeMs: BEGIN_MS + s * 1000,
      speed: metresPerS * 3.6,
    }
}

describe('a crossing of a geofence', () => {
  for (const [name, shape] of Object.entries(SHAPES)) {
    it(`a ${name} is entered and left once at 1 to 50 m/s, at the right times`, () => {
      for (const metresPerS of [1, 2, 3, 5, 8, 13, 20, 30, 40, 50])
        for (const sigmaM of [0, 5]) {
          const events = eventsOf(drive(metresPerS, 0, sigmaM, 1), settingsOf(shape))
          const what = `${metresPerS} m/s, noise of ${sigmaM} m`
          expect(
            events.map((it) => it.kind),
            what,
          ).to.deep.equal(['geofence_enter', 'geofence_exit'])
          const toleranceMs = 100 + (1000 * (0.5 + 4 * sigmaM)) / metresPerS + 400 * sigmaM
          for (const [i, metres] of [300, 900].entries()) {
            const trueMs = BEGIN_MS + (metres * 1000) / metresPerS
            expect(events[i]?.fromMs, what).to.be.closeTo(trueMs, toleranceMs)
          }
        }
    })
  }

  it('a way of 10 s between readings is entered and left once', () => {
    for (const metresPerS of [1, 5, 10, 15]) {
      const events = eventsOf(drive(metresPerS, 40, 5, 10), settingsOf(SHAPES['square'] as GeofenceShape))
      expect(events.map((it) => it.kind)).to.deep.equal(['geofence_enter', 'geofence_exit'])
    }
  })

  it('a way 60 m beside a geofence is no event', () => {
    for (const metresPerS of [1, 10, 50])
      expect(
        eventsOf(drive(metresPerS, 360, 8, 1), settingsOf(SHAPES['square'] as GeofenceShape)),
      ).to.deep.equal([])
  })
})
