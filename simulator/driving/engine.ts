/** The engine of a 2.2 t delivery van with a diesel of 90 kW. Speeds in m/s, powers in kW. */
const MASS_KG = 2200
const POWER_MAX_KW = 90
/** The engine has its full power from this speed on, and less below. */
const FULL_POWER_RPM = 3500
const IDLE_RPM = 800
/** Half the air's density (1.2 kg/m3) x drag coefficient 0.35 x 3.3 m2. */
const AIR_DRAG = 0.7
/** Rolling resistance 0.012 x 9.81 m/s2. */
const ROLLING_DRAG = 0.118
const GEARS = [4.2, 2.3, 1.5, 1.1, 0.85, 0.68]
export const GEAR_COUNT = GEARS.length
const FINAL_DRIVE = 3.9
const WHEEL_CIRCUMFERENCE_M = 2.1
/** The driver uses the highest gear that keeps the engine above this speed. */
const COMFORT_RPM = 1350
/** Diesel holds 10 kWh a litre, of which 35 % arrives at the wheels. */
const KWH_PER_LITRE = 3.5
const IDLE_LITRES_PER_HOUR = 0.7
const IDLE_LOAD = 12

export interface EngineState {
  /** 0 is neutral */
  gear: number
  rpm: number
  /** % of the power that the engine has at its present speed */
  load: number
  litresPerHour: number
}

/** The state of the engine while the van moves at `speed` m/s with an acceleration of `acceleration` m/s2. */
export function runEngine(ignition: boolean, speed: number, acceleration: number): EngineState {
  if (!ignition) return { gear: 0, rpm: 0, load: 0, litresPerHour: 0 }
  const gear = gearAt(speed)
  const rpm = Math.max(IDLE_RPM, rpmIn(gear, speed))
  const force = MASS_KG * (acceleration + ROLLING_DRAG) + AIR_DRAG * speed ** 2
  // Braking and rolling downhill recover no energy.
  const powerKw = speed > 0 ? Math.max(0, (speed * force) / 1000) : 0
  const available = POWER_MAX_KW * Math.min(1, rpm / FULL_POWER_RPM)
  return {
    gear,
    rpm,
    load: Math.min(100, IDLE_LOAD + ((100 - IDLE_LOAD) * powerKw) / available),
    litresPerHour: IDLE_LITRES_PER_HOUR + powerKw / KWH_PER_LITRE,
  }
}

/** The engine's speed with the clutch closed; 0 in neutral. */
export function rpmIn(gear: number, speed: number): number {
  return (speed / WHEEL_CIRCUMFERENCE_M) * 60 * FINAL_DRIVE * (GEARS[gear - 1] ?? 0)
}

function gearAt(speed: number): number {
  if (speed === 0) return 0
  for (let gear = GEARS.length; gear > 1; gear--) {
    if (rpmIn(gear, speed) >= COMFORT_RPM) return gear
  }
  return 1
}
