import { createRandom, pick, seedFor, type Random } from '../driving/random.ts'
import { brokenDraft, draftOf, type Draft, type Element } from './draft.ts'
import { chooseFault, type FaultKind } from './faults.ts'
import { cutOff, noReading, SPOIL_KINDS, spoil, type SpoilKind } from './spoil.ts'
import { createTracker } from './tracker.ts'

/** 500 readings of up to 400 bytes stay below the 256 KiB that a message may have. */
export const BATCH_MAX = 500
const LATE_TURNS_MAX = 10

export interface Source {
  /** The vehicle's turn at `nowMs`: usually one message, none while it holds readings back, or several. */
  next(nowMs: number): Draft[]
  /** What it still holds back. */
  rest(): Draft[]
}

export interface SourceOptions {
  seed: number
  /** epoch milliseconds */
  startMs: number
  /** readings in a message, 1 to `BATCH_MAX` */
  batch: number
  /** 0..1 of the messages get a fault */
  faultShare: number
}

/**
 * The messages of one vehicle, in the order in which they are sent. Every reading is measured once; with faults some
 * are sent twice, late, out of order or spoilt.
 */
export function createSource({ seed, startMs, batch, faultShare }: SourceOptions): Source {
  const random = createRandom(seedFor(seed, 2))
  const tracker = createTracker(seed, startMs)
  const array = batch > 1
  /** sent after the next message */
  let swapped: Draft[] = []
  /** readings of a vehicle without network, and for how many turns it stays so */
  let buffered: Element[] = []
  let lateTurns = 0

  function release(): Draft[] {
    if (buffered.length === 0) return []
    const late = draftOf(buffered, true, 'late')
    buffered = []
    lateTurns = 0
    return [late]
  }

  function take(drafts: Draft[]): Draft[] {
    const held = swapped
    swapped = []
    return [...drafts, ...held]
  }

  return {
    next(nowMs) {
      const elements = tracker.measure(nowMs, batch)
      if (lateTurns > 0) {
        buffered.push(...elements)
        return --lateTurns === 0 || buffered.length + batch > BATCH_MAX ? take(release()) : []
      }
      const fault = chooseFault(random, faultShare)
      if (fault === 'late') {
        buffered = elements
        lateTurns = 1 + Math.floor(random() * LATE_TURNS_MAX)
        return buffered.length + batch > BATCH_MAX ? take(release()) : []
      }
      const drafts = apply(fault, elements, array, random)
      if (fault !== 'reordered') return take(drafts)
      const before = take([])
      swapped = drafts
      return before
    },
    rest: () => take(release()),
  }
}

function apply(fault: FaultKind | undefined, elements: Element[], array: boolean, random: Random): Draft[] {
  const draft = draftOf(elements, array, fault)
  switch (fault) {
    case undefined:
    case 'reordered':
    case 'late':
      return [draft]
    case 'duplicate':
      return [draftOf(elements, array), draft]
    case 'dropped_connection':
      return [{ ...draft, drop: true }]
    case 'not_json': {
      const text = typeof draft.payload === 'string' ? draft.payload : ''
      return [brokenDraft(cutOff(text, random), 'not_json', elements.length, fault)]
    }
    case 'bad_in_array':
      return [draftOf(withBadOne(elements, random), true, fault)]
    case 'unknown_field':
    case 'out_of_range':
    case 'lat_without_lon':
    case 'clock_ahead':
    case 'clock_1970':
      return [draftOf(spoilOne(elements, fault, random), array, fault)]
  }
}

function spoilOne(elements: Element[], kind: SpoilKind, random: Random): Element[] {
  const chosen = Math.floor(random() * elements.length)
  return elements.map((it, index) => (index === chosen ? spoil(kind, it.text, random) : it))
}

/** A bad reading among the good ones. Spoilt ones keep their good twin's time: only one of the two is ever stored. */
function withBadOne(elements: Element[], random: Random): Element[] {
  const at = Math.floor(random() * (elements.length + 1))
  const twin = elements[Math.min(at, elements.length - 1)]?.text ?? ''
  const bad = random() < 0.2 ? noReading(twin) : spoil(pick(random, SPOIL_KINDS), twin, random)
  return elements.toSpliced(at, 0, bad)
}
