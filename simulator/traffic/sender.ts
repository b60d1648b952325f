import { pick, type Random } from '../driving/random.ts'
import { brokenDraft, draftOf, type Draft } from './draft.ts'
import type { Element } from './element.ts'
import { chooseFault, type FaultKind } from './faults.ts'
import { cutOff, makeTooOld, noReading, SPOIL_KINDS, spoil } from './spoil.ts'

/** 500 readings of up to 400 bytes stay below the 256 KiB that a message may have. */
export const BATCH_MAX = 500
const LATE_TURNS_MAX = 10

/** Makes messages of one device's readings. With faults some messages are sent twice, late, out of order or spoilt. */
export interface Sender {
  /** The messages of a turn: usually one, none while it holds readings back, or several. */
  next(elements: Element[]): Draft[]
  /** Returns the messages that are still held back. */
  flush(): Draft[]
}

export function createSender(options: {
  random: Random
  /** readings of a turn, 1 to `BATCH_MAX` */
  batch: number
  /** fraction of messages with a fault, 0 to 1 */
  faultShare: number
  /** the faults to choose from */
  faults: readonly FaultKind[]
  /** days after which readings are too old to be stored */
  retentionDays: number
}): Sender {
  const { random, batch, faultShare, faults, retentionDays } = options
  const array = batch > 1
  /** sent after the next message */
  let swapped: Draft[] = []
  /** readings of a vehicle without network, and for how many turns it has none */
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
    next(elements) {
      if (lateTurns > 0) {
        buffered.push(...elements)
        return --lateTurns === 0 || buffered.length + batch > BATCH_MAX ? take(release()) : []
      }
      const fault = chooseFault(random, faultShare, faults)
      if (fault === 'late') {
        buffered = elements
        lateTurns = 1 + Math.floor(random() * LATE_TURNS_MAX)
        return buffered.length + batch > BATCH_MAX ? take(release()) : []
      }
      const drafts = apply(fault, elements, { array, random, retentionDays })
      if (fault !== 'reordered') return take(drafts)
      const before = take([])
      swapped = drafts
      return before
    },
    flush: () => take(release()),
  }
}

function apply(
  fault: FaultKind | undefined,
  elements: Element[],
  { array, random, retentionDays }: { array: boolean; random: Random; retentionDays: number },
): Draft[] {
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
      return [
        draftOf(
          spoilOne(elements, random, (text) => spoil(fault, text, random)),
          array,
          fault,
        ),
      ]
    case 'older_than_retention':
      return [
        draftOf(
          spoilOne(elements, random, (text) => makeTooOld(text, random, retentionDays)),
          array,
          fault,
        ),
      ]
  }
}

function spoilOne(elements: Element[], random: Random, spoilt: (text: string) => Element): Element[] {
  const chosen = Math.floor(random() * elements.length)
  return elements.map((it, index) => (index === chosen ? spoilt(it.text) : it))
}

/** Adds a bad reading to valid ones. It keeps the time of the valid reading that it was made from, which alone is stored. */
function withBadOne(elements: Element[], random: Random): Element[] {
  const at = Math.floor(random() * (elements.length + 1))
  const twin = elements[Math.min(at, elements.length - 1)]?.text ?? ''
  const bad = random() < 0.2 ? noReading(twin) : spoil(pick(random, SPOIL_KINDS), twin, random)
  return elements.toSpliced(at, 0, bad)
}
