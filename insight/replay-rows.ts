import type { Sql } from '../sql/connect.ts'
import { writeBuckets } from './bucket-rows.ts'
import { writeEvents, type EventNews } from './event-rows.ts'
import { writeJourneys } from './journey-rows.ts'
import type { Replay } from './replay.ts'
import { addSnapshots, deleteHead, deleteSnapshots, writeHeads } from './stored-states.ts'

/** Writes the results of a replay over the stored ones. Returns what happened to events. */
export async function writeReplay(tx: Sql, replayed: Replay, lateBeforeMs: number): Promise<EventNews[]> {
  const { vehicleId, afterUs, untilUs, lowestMs, results, snapshots, head, settings } = replayed
  const { journeys, events, buckets } = results
  const range = { vehicleId, afterUs, untilUs }
  const asOfUs = head !== undefined && Number.isFinite(head.timeUs) ? head.timeUs : 0
  await writeJourneys(tx, [{ ...range, asOfUs, journeys }])
  const news = await writeEvents(tx, [{ ...range, asOfUs, events, settings }], lateBeforeMs)
  await writeBuckets(tx, [{ ...range, lowestMs, buckets }], false)
  await deleteSnapshots(tx, vehicleId, afterUs, untilUs)
  await addSnapshots(tx, snapshots)
  // A stored head in this time may be wrong: it is not what readings lead to now.
  await deleteHead(tx, vehicleId, afterUs, untilUs)
  if (head !== undefined && asOfUs > 0) await writeHeads(tx, [{ vehicleId, ...head }])
  return news
}

/** Deletes everything that was computed for a vehicle. */
export async function deleteResults(tx: Sql, vehicleId: number): Promise<void> {
  for (const table of ['journeys', 'events', 'vehicle_buckets', 'vehicle_snapshots', 'vehicle_heads']) {
    await tx`delete from ${tx(table)} where vehicle_id = ${vehicleId}`
  }
}
