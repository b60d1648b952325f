import type { Reading } from '../../contract/telemetry.ts'
import { TANK_LITRES, type Car } from './car.ts'

/**
 * The reading of a car's tracker, in the units and names of the contract, rounded as trackers do.
 * `time` is kept as given: epoch milliseconds or RFC 3339.
 */
export function readingOf(car: Car, time: number | string, seq: number): Reading {
  const { engine, position } = car
  return {
    time,
    lat: round(position.lat, 1e6),
    lon: round(position.lon, 1e6),
    altitude: round(altitudeAt(position.lat, position.lon), 10),
    speed: round(car.speed * 3.6, 10),
    heading: round(car.heading, 10),
    rpm: Math.round(engine.rpm),
    engine_load: round(engine.load, 10),
    fuel_level: round((100 * car.fuelLitres) / TANK_LITRES, 100),
    fuel_rate: round(engine.litresPerHour, 100),
    coolant_temp: round(car.coolant, 10),
    battery_voltage: round(batteryVoltage(car), 100),
    odometer: round(car.odometerM / 1000, 1000),
    ignition: car.ignition,
    status: car.speed > 0 ? 'driving' : car.ignition ? 'idling' : 'parked',
    seq,
    extra: { gear: engine.gear },
  }
}

/** The alternator holds 14.2 V, a little less under load; a resting battery has 12.5 V. */
function batteryVoltage(car: Car): number {
  return car.ignition ? 14.2 - car.engine.load / 500 : 12.5
}

/** Hills of a few kilometres' width, the same at every visit. */
function altitudeAt(lat: number, lon: number): number {
  return 240 + 60 * Math.sin(lat * 110) * Math.cos(lon * 75) + 25 * Math.sin(lon * 31)
}

function round(value: number, scale: number): number {
  return Math.round(value * scale) / scale
}
