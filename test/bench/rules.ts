import { advance } from '../../rules/advance.ts'
import { compileExpression } from '../../rules/expression.ts'
import type { Geofence } from '../../rules/geofence.ts'
import { indexGeofences } from '../../rules/geofence-index.ts'
import type { TimedReading } from '../../rules/reading.ts'
import {
  EXPRESSION_TIMES,
  FROZEN_POSITION,
  FUEL_DRAIN,
  HIGH_RPM,
  HOT_COOLANT,
  IDLING_TIMES,
  LOW_FUEL,
  OVERSPEED_TIMES,
  REFUEL,
  SEQ_RESTARTS,
  SILENCE,
  STATUS_COOL_DOWN_MS,
  TOWING_TIMES,
  TROUBLE_CODE,
  type Rule,
} from '../../rules/rule.ts'
import { DEFAULT_SETTINGS, type Settings } from '../../rules/settings.ts'
import { EMPTY_STATE } from '../../rules/state.ts'
import { median } from './report.ts'

const BEGIN_MS = Date.UTC(2026, 10, 29)
const METRE = 1 / 111_320
/** Twelve hours at 1 Hz. */
const READINGS = 43_200
const ROUNDS = 7

const RULES: Rule[] = [
  { key: 'a', kind: 'overspeed', limit: 80, tolerance: 5, ofGeofences: 'lowest', times: OVERSPEED_TIMES },
  { key: 'b', kind: 'idling', times: IDLING_TIMES },
  { key: 'c', kind: 'towing', times: TOWING_TIMES },
  { key: 'd', ...LOW_FUEL },
  { key: 'e', ...HIGH_RPM },
  { key: 'f', ...HOT_COOLANT },
  { key: 'g', kind: 'harsh_braking', limit: 4 },
  { key: 'h', kind: 'geofence_enter', geofence: 'fence-500' },
]

function rulesOfDevices(): Rule[] {
  const { expression } = compileExpression('speed > 60 && speed - prev.speed > 5')
  if (expression === undefined) throw new Error('the expression is invalid')
  return [
    { key: 'a', ...REFUEL },
    { key: 'b', ...FUEL_DRAIN },
    { key: 'c', ...SILENCE },
    { key: 'd', kind: 'device_status', statuses: ['sos', 'crash'], coolDownMs: STATUS_COOL_DOWN_MS },
    { key: 'e', ...FROZEN_POSITION },
    { key: 'f', ...SEQ_RESTARTS },
    { key: 'g', ...TROUBLE_CODE },
    { key: 'h', kind: 'expression', expression, times: EXPRESSION_TIMES },
  ]
}

/** Prints the processor time that `advance` takes for a reading at 1 Hz. */
export function measureRules(): void {
  const readings = driveAround()
  const geofences = indexGeofences(scatter(1000))
  const cases: [name: string, settings: Settings][] = [
    ['no rules', DEFAULT_SETTINGS],
    ['8 rules', { ...DEFAULT_SETTINGS, rules: RULES }],
    ['8 rules of devices and fuel', { ...DEFAULT_SETTINGS, rules: rulesOfDevices() }],
    ['1,000 geofences', { ...DEFAULT_SETTINGS, geofences }],
    ['8 rules and 1,000 geofences', { ...DEFAULT_SETTINGS, rules: RULES, geofences }],
  ]
  for (const [name, settings] of cases) {
    const microseconds = Array.from({ length: ROUNDS }, () => timeOf(readings, settings))
    const [best, usual] = [Math.min(...microseconds), median(microseconds)]
    console.log(`${name.padEnd(28)} ${usual.toFixed(2)} µs per reading (best ${best.toFixed(2)})`)
  }
}

function timeOf(readings: readonly TimedReading[], settings: Settings): number {
  let state = EMPTY_STATE
  const begin = process.cpuUsage()
  for (const it of readings) state = advance(state, it, settings).state
  const { user, system } = process.cpuUsage(begin)
  return (user + system) / readings.length
}

/** Ten minutes of driving, and five of standing, again and again. */
function driveAround(): TimedReading[] {
  let [lat, lon, odometer] = [59.3, 18, 1000]
  return Array.from({ length: READINGS }, (_, i): TimedReading => {
    const isDriving = i % 900 < 600
    const heading = (i * 3) % 360
    const speed = isDriving ? 50 + 30 * Math.sin(i / 40) : 0
    lat += (speed / 3.6) * METRE * Math.cos((heading * Math.PI) / 180)
    lon += 2 * (speed / 3.6) * METRE * Math.sin((heading * Math.PI) / 180)
    odometer += speed / 3600
    return {
      timeMs: BEGIN_MS + i * 1000,
      lat,
      lon,
      speed,
      heading,
      rpm: isDriving ? 1500 + speed * 10 : 800,
      fuel_level: 80 - i / 1000 + Math.sin(i),
      fuel_rate: 1 + speed / 10,
      coolant_temp: 88 + Math.sin(i / 100),
      battery_voltage: 13.9,
      odometer,
      ignition: true,
      seq: i,
    }
  })
}

/** Polygons of 40 corners, some of which lie around the vehicle. */
function scatter(count: number): Geofence[] {
  return Array.from({ length: count }, (_, i): Geofence => {
    const [lat, lon] = [59.3 + ((i % 32) - 16) * 0.004, 18 + (Math.floor(i / 32) - 16) * 0.008]
    const ring = Array.from({ length: 41 }, (_corner, k): [number, number] => {
      const angle = ((k % 40) / 40) * 2 * Math.PI
      return [lon + 0.004 * Math.cos(angle), lat + 0.002 * Math.sin(angle)]
    })
    return { key: `fence-${i}`, shape: { type: 'Polygon', coordinates: [ring] } }
  })
}
