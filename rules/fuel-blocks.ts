import { distanceMm, type Position } from './distance.ts'
import type { FuelRule } from './rule.ts'
import type { Situation } from './situation.ts'
import { MS_PER_HOUR, toInteger, toThousandths } from './units.ts'

/** Levels are compared as medians of three minutes of UTC, ... */
export const BLOCK_MS = 180_000
/** ... of the first level of each 15 s, so that a state holds at most twelve of them. */
const SAMPLE_MS = 15_000
/** A tank sloshes, and sensors report 0 when they start: fewer levels make no median. */
const SAMPLES_MIN = 3
/** A level is compared with this number of blocks before it. */
const BLOCKS_MAX = 6
/** A refuel ends when the level no longer rises, and a drain counts if the level does not return. */
const SETTLE_MS = { refuel: 360_000, fuel_drain: 600_000 }
/** 1/1000 %; a smaller further change is noise. */
const EXTENSION_MIN = 1000

/** The readings with a level in three minutes of UTC. */
export interface FuelBlock {
  firstMs: number
  lastMs: number
  /** 1/1000 %, median of its samples; 0 while it is open */
  level: number
  samples: number
  /** one of its readings stood, or moved */
  stood: boolean
  moved: boolean
  /** a reading since the block before stood, or moved */
  stoodBefore: boolean
  movedBefore: boolean
  /** µl of expected use since the block before, and in it */
  usedUl: number
  /** positions of its first and last reading */
  first: Position | null
  last: Position | null
}

export interface FuelMemory {
  /** complete blocks with enough samples, oldest first */
  blocks: readonly FuelBlock[]
  open: FuelBlock
  /** samples of the open block, 1/1000 % */
  levels: readonly number[]
  /** time of the newest sample */
  levelMs: number
  /** a change that may still grow, or be undone */
  change: FuelChange | null
}

export interface FuelChange {
  before: FuelBlock
  after: FuelBlock
  untilMs: number
}

/** Adds a reading. Returns the change that it completed. */
export function nextFuel(
  fuel: FuelMemory | null,
  rule: FuelRule,
  situation: Situation,
): { fuel: FuelMemory | null; found: FuelChange | null } {
  const { timeMs, fuel_level } = situation.reading
  const keptMs = Math.max(rule.apartMs, SETTLE_MS[rule.kind])
  const isOld = fuel !== null && timeMs - fuel.open.lastMs > keptMs
  if (fuel_level === undefined && !isOld) return { fuel, found: null }
  const isNext = fuel === null || blockOf(fuel.open.firstMs) !== blockOf(timeMs)
  const closed = fuel !== null && isNext ? closeBlock(fuel, rule, situation) : null
  const found = closed?.found ?? null
  if (fuel_level === undefined) return { fuel: null, found }
  const level = toThousandths(fuel_level)
  if (fuel === null || isNext) {
    const carried = closed?.carried ?? null
    const open = sampled(addReading(carried, fuel === null || isOld ? null : fuel.open.lastMs, situation))
    const { blocks, change } = closed ?? NOTHING_BEFORE
    return { fuel: { blocks, open, levels: [level], levelMs: timeMs, change }, found }
  }
  const open = addReading(fuel.open, fuel.open.lastMs, situation)
  const isSample = Math.floor(timeMs / SAMPLE_MS) !== Math.floor(fuel.levelMs / SAMPLE_MS)
  const { blocks, change, levels, levelMs } = fuel
  if (!isSample) return { fuel: { blocks, open, levels, levelMs, change }, found }
  const added = [...levels, level]
  return { fuel: { blocks, open: sampled(open), levels: added, levelMs: timeMs, change }, found }
}

const NOTHING_BEFORE = { blocks: [], change: null }
const blockOf = (timeMs: number) => Math.floor(timeMs / BLOCK_MS)
const sampled = (block: FuelBlock): FuelBlock => ({ ...block, samples: block.samples + 1 })

/** Completes the open block. A block with too few samples is carried into the next one. */
function closeBlock(fuel: FuelMemory, rule: FuelRule, { reading, parameters }: Situation) {
  const { open } = fuel
  const { timeMs } = reading
  const isEnough = open.samples >= SAMPLES_MIN
  const closed = { ...open, level: medianOf(fuel.levels) }
  const compared = isEnough
    ? compare(fuel, closed, rule, parameters)
    : { blocks: fuel.blocks, change: fuel.change }
  const isSettled = compared.change !== null && timeMs > compared.change.untilMs
  const blocks = compared.blocks.filter((it) => timeMs - it.lastMs <= rule.apartMs)
  return {
    blocks,
    change: isSettled ? null : compared.change,
    found: isSettled ? compared.change : null,
    carried: isEnough || blocks.length === 0 ? null : open,
  }
}

/** The lower one of two middle values. */
function medianOf(levels: readonly number[]): number {
  return levels.toSorted((a, b) => a - b)[(levels.length - 1) >> 1] ?? 0
}

function addReading(block: FuelBlock | null, beforeMs: number | null, situation: Situation): FuelBlock {
  const { isMoving, position, reading } = situation
  const { timeMs } = reading
  const isSame = block !== null && blockOf(block.firstMs) === blockOf(timeMs)
  return {
    firstMs: isSame ? block.firstMs : timeMs,
    lastMs: timeMs,
    level: 0,
    samples: isSame ? block.samples : 0,
    stood: (isSame && block.stood) || !isMoving,
    moved: (isSame && block.moved) || isMoving,
    stoodBefore: block !== null && (block.stoodBefore || (!isSame && block.stood)),
    movedBefore: block !== null && (block.movedBefore || (!isSame && block.moved)),
    usedUl: (block?.usedUl ?? 0) + (beforeMs === null ? 0 : usedSince(beforeMs, situation)),
    first: isSame ? block.first : position,
    last: position,
  }
}

/** µl that the engine is expected to use between two readings with a level; nothing beyond a gap. */
function usedSince(beforeMs: number, { reading, isEngineOn, parameters }: Situation): number {
  const ms = Math.min(reading.timeMs - beforeMs, parameters.gapMs)
  const { fuel_rate } = reading
  const mlPerHour =
    fuel_rate === undefined ? (isEngineOn === true ? parameters.idleRate : 0) : toThousandths(fuel_rate)
  // ml/h times ms are 1/3600 µl
  return toInteger((mlPerHour * ms) / (MS_PER_HOUR / 1000))
}

/** Compares a complete block with those before it. */
function compare(
  { blocks, change }: FuelMemory,
  block: FuelBlock,
  rule: FuelRule,
  parameters: Situation['parameters'],
): { blocks: readonly FuelBlock[]; change: FuelChange | null } {
  const sign = rule.kind === 'refuel' ? 1 : -1
  const least = thresholdOf(rule, parameters.tankMl)
  if (change !== null) {
    if (sign * (block.level - change.before.level) < least) return { blocks: [block], change: null }
    const isFurther = sign * (block.level - change.after.level) >= EXTENSION_MIN
    // Driving off after a drain uses fuel.
    const isStill = [...blocks, block].every((it) => !it.moved && !it.movedBefore)
    if (isFurther && (sign > 0 || isStill)) {
      const untilMs = block.firstMs + SETTLE_MS[rule.kind]
      return { blocks: [block], change: { before: change.before, after: block, untilMs } }
    }
    return { blocks: [...blocks, block].slice(-BLOCKS_MAX), change }
  }
  let before: FuelBlock | null = null
  let [most, usedUl] = [least, block.usedUl]
  let [hasMoved, hasStood] = [block.movedBefore, block.stoodBefore || block.stood]
  for (const it of blocks.toReversed()) {
    const expected = sign > 0 ? 0 : expectedOf(usedUl, parameters.tankMl)
    const amount = sign * (block.level - it.level) - expected
    const isStill = (hasStood || it.stood) && isStand(rule, it, block, hasMoved, parameters)
    if (isStill && (before === null ? amount >= most : amount > most)) [before, most] = [it, amount]
    usedUl += it.usedUl
    hasMoved ||= it.moved || it.movedBefore
    hasStood ||= it.stood || it.stoodBefore
  }
  if (before === null) return { blocks: [...blocks, block].slice(-BLOCKS_MAX), change: null }
  const untilMs = block.firstMs + SETTLE_MS[rule.kind]
  return { blocks: [block], change: { before, after: block, untilMs } }
}

/** Whether the vehicle may have stayed where it was: required for a drain. */
function isStand(
  { kind, apartMs }: FuelRule,
  before: FuelBlock,
  after: FuelBlock,
  hasMoved: boolean,
  { stopRadiusMm }: Situation['parameters'],
): boolean {
  if (after.firstMs - before.lastMs > apartMs) return false
  if (kind === 'refuel') return true
  const isSamePlace =
    before.last === null || after.first === null || distanceMm(before.last, after.first) <= stopRadiusMm
  return !hasMoved && isSamePlace
}

/** 1/1000 % of the tank. */
export function thresholdOf({ points, litres }: FuelRule, tankMl: number | null): number {
  const least = toThousandths(points)
  // Litres are 100,000,000 / ml of the tank in 1/1000 %.
  return litres === null || tankMl === null ? least : Math.min(least, toInteger((litres * 1e8) / tankMl))
}

/** µl in 1/1000 % of the tank. */
const expectedOf = (usedUl: number, tankMl: number | null) =>
  tankMl === null ? 0 : toInteger((usedUl * 100) / tankMl)
