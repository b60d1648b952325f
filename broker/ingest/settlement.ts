import type { OnRefusedLate, Outcome } from '../accept.ts'
import type { Entry } from './batch.ts'
import type { DeadLetter } from './dead-letter.ts'
import type { Written } from './dead-letter-queue.ts'
import type { DeadLetters } from './dead-letters.ts'
import type { IngestMetrics } from './metrics.ts'
import { outcomeOf, refusedLate, spooledOutcome } from './outcome.ts'
import type { Spooling } from './spooling.ts'
import type { Hold } from './spool/content.ts'
import type { StoreResult } from './store-result.ts'

/** Settles messages whose rows are stored, or that are in the spool. */
export interface Settlement {
  /** Settles a message whose rows are stored, once its dead letters are stored or the message is in the spool. */
  stored(entry: Entry, result: StoreResult): void
  /** Settles a message that is in the spool. */
  spooled(entry: Entry): void
  /** Removes settled messages from the spool after their rows were stored late. */
  storedLate(entries: readonly Entry[], result: StoreResult, held: Hold): Promise<void>
  /** Resolves when nothing is under way. */
  idle(): Promise<void>
}

export interface SettlementOptions {
  spooling: Spooling
  deadLetters: DeadLetters
  metrics: IngestMetrics
  /** called after each message that was settled */
  onSettled: () => void
  /** called when there is something in the spool for the drain */
  onSpooled: () => void
  onRefusedLate: OnRefusedLate
}

export function createSettlement(options: SettlementOptions): Settlement {
  const { spooling, deadLetters, metrics, onSettled, onSpooled, onRefusedLate } = options
  const underWay = new Set<Promise<void>>()

  return {
    stored(entry, result) {
      const outcome = outcomeOf(entry, result)
      if (entry.letters === undefined) finish(entry, outcome)
      else track(settleWithLetters(entry, entry.letters, outcome))
    },

    spooled(entry) {
      finish(entry, spooledOutcome(entry))
    },

    async storedLate(entries, result, held) {
      const outcomes = entries.map((entry) => outcomeOf(entry, result))
      const kept = await Promise.all(entries.map((entry, n) => keepLetters(entry, outcomes[n])))
      if (!kept.includes(false)) return takeOut(held, entries.length)
      giveUp(held, entries.length)
    },

    async idle() {
      await Promise.all(underWay)
    },
  }

  function track(work: Promise<void>): void {
    underWay.add(work)
    void work.finally(() => underWay.delete(work))
  }

  async function settleWithLetters(entry: Entry, letters: DeadLetter[], outcome: Outcome): Promise<void> {
    const written = await deadLetters.add(letters)
    if (typeof written === 'object') {
      const held = await spooling.holdUntil([entry], written.settled)
      if (held !== undefined) {
        finish(entry, { ...outcome, spooled: true })
        if (!(await written.settled)) return giveUp(held, 1)
        metrics.countRejected(outcome.rejected)
        return takeOut(held, 1)
      }
    }
    const isStored = await isWritten(written)
    const result = isStored ? 'stored' : await spooling.keep([entry], () => addAgain(letters))
    if (result === 'stored') metrics.countRejected(outcome.rejected)
    if (result !== undefined) finish(entry, { ...outcome, spooled: result === 'spooled' })
  }

  /** Stores the dead letters of a message in the spool whose rows are stored; false if they are left to the drain. */
  async function keepLetters({ letters, message }: Entry, outcome: Outcome | undefined): Promise<boolean> {
    if (letters === undefined) return true
    if ((await deadLetters.add(letters)) !== true) return false
    metrics.countRejected(outcome?.rejected ?? [])
    const refused = refusedLate(outcome)
    if (refused !== undefined) onRefusedLate(message, refused)
    return true
  }

  async function addAgain(letters: DeadLetter[]): Promise<'stored' | undefined> {
    return (await isWritten(await deadLetters.add(letters))) ? 'stored' : undefined
  }

  async function takeOut(held: Hold, messages: number): Promise<void> {
    if (await held.remove()) metrics.lateMessages.inc(messages)
    else giveUp(held, messages)
  }

  function giveUp(held: Hold, messages: number): void {
    held.release()
    metrics.rewritten.inc(messages)
    onSpooled()
  }

  function finish(entry: Entry, outcome: Outcome): void {
    entry.settle(outcome)
    onSettled()
  }
}

/** Whether dead letters were finally stored. */
export async function isWritten(written: Written): Promise<boolean> {
  return typeof written === 'object' ? written.settled : written
}
