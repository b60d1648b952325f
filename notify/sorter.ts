import { SEVERITIES } from '../contract/notifications.ts'
import type { Sql } from '../sql/connect.ts'
import { isQuiet } from './quiet-hours.ts'
import { decide, type Held } from './sorting.ts'
import {
  cancelRetracted,
  findChannelsToSort,
  findHeld,
  findUnsorted,
  insertDigest,
  lockChannel,
  storeDecisions,
  storeLimits,
  type LockedChannel,
  type UnsortedDelivery,
} from './sorting-queries.ts'

export interface Sorter {
  /** Decides how each new delivery is sent, and makes the digests that are due. */
  sortNew(): Promise<void>
}

interface SorterOptions {
  sql: Sql
  /** An older event is too late to be sent on its own. */
  ageMaxMs: number
  /** from the first delivery that is held to the digest */
  digestMs: number
}

/** Deliveries of a channel that are decided in one transaction. */
const BATCH_MAX = 500
/** Events in the payload of a digest; a webhook has as many of them as fit into its body. */
const DIGEST_EVENTS_MAX = 50
/** A digest that quiet hours hold back is looked at again so soon. */
const QUIET_CHECK_MS = 60_000

export function createSorter({ sql, ageMaxMs, digestMs }: SorterOptions): Sorter {
  /** Returns whether there may be more to sort. */
  function sortChannel(id: number): Promise<boolean> {
    return sql.begin(async (transaction) => {
      const tx = transaction as unknown as Sql
      const channel = await lockChannel(tx, id)
      if (channel === undefined) return false
      await cancelRetracted(tx, id)
      const deliveries = await findUnsorted(tx, id, BATCH_MAX)
      const { decisions, limits } = decideAll(deliveries, channel)
      if (deliveries.length > 0) await storeDecisions(tx, decisions)
      const isMore = deliveries.length === BATCH_MAX
      // With all that is to be in it.
      const after = isMore ? limits : await makeDigest(tx, limits)
      if (after.digestDueMs !== channel.digestDueMs || after.stormUntilMs !== channel.stormUntilMs)
        await storeLimits(tx, after)
      return isMore
    })
  }

  function decideAll(deliveries: UnsortedDelivery[], channel: LockedChannel) {
    const limits = { ...channel }
    const decisions = { alone: [] as string[], held: [] as string[], cancelled: [] as string[] }
    /** How events were reported in this batch, of which the database knows nothing yet. */
    const reported = new Map<number, 'alone' | 'held'>()
    for (const delivery of deliveries) {
      const { id, eventId, reason } = delivery
      const told = (eventId === null ? undefined : reported.get(eventId)) ?? delivery.told
      const decision = decide({ ...delivery, told }, limits, { nowMs: channel.nowMs, ageMaxMs })
      if (decision.route === 'cancel') {
        decisions.cancelled.push(id)
        continue
      }
      if (decision.route === 'alone') {
        decisions.alone.push(id)
        if (reason !== 'test') limits.released++
      } else {
        decisions.held.push(id)
        hold(decision, limits)
      }
      if (eventId !== null && (reason === 'raised' || reason === 'escalated'))
        reported.set(eventId, decision.route === 'alone' ? 'alone' : 'held')
    }
    return { decisions, limits }
  }

  function hold(decision: Held, limits: LockedChannel): void {
    // At the end of quiet hours immediately, and otherwise with what comes until then.
    limits.digestDueMs ??= limits.nowMs + (decision.because === 'quiet' ? 0 : digestMs)
    if (decision.because === 'storm' && (limits.stormUntilMs ?? 0) <= limits.nowMs)
      limits.stormUntilMs = Math.max(limits.digestDueMs, limits.nowMs)
  }

  async function makeDigest(tx: Sql, limits: LockedChannel): Promise<LockedChannel> {
    const { id, nowMs, zone, quietHours, digestDueMs } = limits
    if (digestDueMs === null || digestDueMs > nowMs) return limits
    const digest = await findHeld(tx, id, DIGEST_EVENTS_MAX)
    const present = SEVERITIES.filter((severity) => digest.severities[severity] !== undefined)
    const worst = present.at(-1)
    if (worst === undefined) return { ...limits, digestDueMs: null }
    if (present.every((severity) => isQuiet(quietHours, { zone, severity, nowMs })))
      return { ...limits, digestDueMs: nowMs + QUIET_CHECK_MS }
    await insertDigest(tx, id, worst, digest)
    return { ...limits, digestDueMs: null }
  }

  return {
    async sortNew() {
      const failures: unknown[] = []
      for (const id of await findChannelsToSort(sql)) {
        try {
          while (await sortChannel(id));
        } catch (error) {
          // The others are sorted nevertheless.
          failures.push(error)
        }
      }
      if (failures.length > 0) throw failures[0]
    },
  }
}
