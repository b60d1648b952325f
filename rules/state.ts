import type { OpenBucket } from './buckets.ts'
import type { FuelBlock, FuelMemory } from './fuel-blocks.ts'
import type { RuleMemory } from './rule-memory.ts'
import type { TrackedFence } from './fences.ts'
import type { Position } from './distance.ts'
import { EMPTY_FILTER, type FilterState } from './position-filter.ts'
import type { JourneyState } from './journeys.ts'
import { STILL, type MotionState } from './motion.ts'
import { pack, unpack, type Shape } from './packing.ts'
import type { Boundary, Part } from './part.ts'

/**
 * Everything that the results of later readings depend on, besides the settings. Texts, booleans, `null` and integers.
 * The only other numbers are values of readings as they were stored, and never computed ones.
 */
export interface VehicleState {
  /** the newest reading; `null` if there was none */
  last: LastReading | null
  filter: FilterState
  motion: MotionState
  journey: JourneyState | null
  /** see `holdPosition` */
  hold: Position | null
  buckets: readonly OpenBucket[]
  /** in the order of their keys, as are the memories of rules */
  fences: readonly TrackedFence[]
  memories: readonly RuleMemory[]
}

export interface LastReading extends Boundary {
  /** time of the newest accepted position since the last gap */
  positionMs: number | null
  /** newest odometer since the last gap, mm */
  odometerSeenMm: number | null
  /** 1/1000 degrees, of this reading unless its position was refused */
  heading: number | null
  /** m/h, reported by this reading together with an accepted position */
  speed: number | null
  /** ml/h, of this reading */
  fuelRate: number | null
}

export const EMPTY_STATE: VehicleState = {
  last: null,
  filter: EMPTY_FILTER,
  motion: STILL,
  journey: null,
  hold: null,
  buckets: [],
  fences: [],
  memories: [],
}

/** Maximum length of a state with sixteen true conditions and sixteen geofences. */
export const STATE_LENGTH_MAX = 4096

/** Version of the shape below; to be raised with each change of a state's shape or meaning. */
const VERSION = 3

const POSITION = { lat: 'leaf', lon: 'leaf' } as const
const FIX = { ...POSITION, timeMs: 'leaf' } as const
const BOUNDARY = { timeMs: 'leaf', position: POSITION, odometerMm: 'leaf', fuelLevel: 'leaf' } as const
const PART: Shape<Part> = {
  start: BOUNDARY,
  distanceMm: 'leaf',
  movingMs: 'leaf',
  movingEngineMs: 'leaf',
  idleMs: 'leaf',
  fuelUl: 'leaf',
  fuelMs: 'leaf',
  fuelApart: 'leaf',
  judgedMs: 'leaf',
  speedMax: 'leaf',
  hasHole: 'leaf',
  odometerFell: 'leaf',
}
const BUCKET: Shape<OpenBucket> = {
  startMs: 'leaf',
  distanceMm: 'leaf',
  movingMs: 'leaf',
  idleMs: 'leaf',
  engineMs: 'leaf',
  fuelUl: 'leaf',
  speedSum: 'leaf',
  speedReadings: 'leaf',
  speedMax: 'leaf',
  readings: 'leaf',
  judgedMs: 'leaf',
  tentativeMm: 'leaf',
  tentativeMs: 'leaf',
  tentativeEngineMs: 'leaf',
}
const FENCE: Shape<TrackedFence> = {
  key: 'leaf',
  side: 'leaf',
  run: { sinceMs: 'leaf', count: 'leaf', wasFar: 'leaf' },
  crossing: FIX,
  enteredMs: 'leaf',
}
const FUEL_BLOCK: Shape<FuelBlock> = {
  firstMs: 'leaf',
  lastMs: 'leaf',
  level: 'leaf',
  samples: 'leaf',
  stood: 'leaf',
  moved: 'leaf',
  stoodBefore: 'leaf',
  movedBefore: 'leaf',
  usedUl: 'leaf',
  first: POSITION,
  last: POSITION,
}
const FUEL: Shape<FuelMemory> = {
  blocks: [FUEL_BLOCK],
  open: FUEL_BLOCK,
  levels: ['leaf'],
  levelMs: 'leaf',
  change: { before: FUEL_BLOCK, after: FUEL_BLOCK, untilMs: 'leaf' },
}
const MEMORY: Shape<RuleMemory> = {
  key: 'leaf',
  run: {
    start: { timeMs: 'leaf', position: POSITION },
    readings: 'leaf',
    lastTrueMs: 'leaf',
    falseSinceMs: 'leaf',
    lastMs: 'leaf',
    isEvent: 'leaf',
    peak: { timeMs: 'leaf', measure: 'leaf', limit: 'leaf' },
    label: 'leaf',
  },
  values: ['leaf'],
  valuesMs: 'leaf',
  fuel: FUEL,
}
const STATE: Shape<VehicleState> = {
  last: {
    ...BOUNDARY,
    positionMs: 'leaf',
    odometerSeenMm: 'leaf',
    heading: 'leaf',
    speed: 'leaf',
    fuelRate: 'leaf',
  },
  filter: { last: FIX, refused: { ...FIX, count: 'leaf' } },
  motion: { marks: [FIX], speed: 'leaf', isMoving: 'leaf', isEngineOn: 'leaf', engineSource: 'leaf' },
  journey: {
    isTrip: 'leaf',
    isConfirmed: 'leaf',
    main: PART,
    tentative: PART,
    standingSinceMs: 'leaf',
    offSinceMs: 'leaf',
    rest: BOUNDARY,
    stood: [POSITION],
    origin: POSITION,
  },
  hold: POSITION,
  buckets: [BUCKET],
  fences: [FENCE],
  memories: [MEMORY],
}

/** The state as text. States are equal exactly if their texts are, whatever the order of their properties. */
export function writeState(state: VehicleState): string {
  return JSON.stringify([VERSION, pack(state, STATE)])
}

/** Reads the text of `writeState`; `undefined` if another version wrote it: then the readings have to be read again. */
export function parseState(text: string): VehicleState | undefined {
  const [version, packed] = JSON.parse(text) as [unknown, unknown]
  return version === VERSION ? unpack<VehicleState>(packed, STATE) : undefined
}
