import type { IntakeReply } from '../../contract/intake.ts'
import type { Problem } from '../../contract/problems.ts'
import type { Sql } from '../../sql/connect.ts'
import type { BrokerClient } from '../intake/broker-client.ts'
import { findPayloads, type ReplayableLetter } from './queries.ts'
import { toProblems } from '../intake/rejections.ts'

/** The outcome of a replayed dead letter. */
export interface Replayed {
  id: number
  stored: number
  duplicates: number
  /** why it is kept; `undefined` if all of it is stored */
  problems: Problem[] | undefined
}

/** The result for a letter that only the stays of a deleted device could place. */
const WITHOUT_DEVICE: IntakeReply = {
  stored: 0,
  duplicates: 0,
  spooled: false,
  refused: 1,
  rejected: [
    {
      index: null,
      time: null,
      problems: [
        {
          code: 'not_in_vehicle',
          pointer: '',
          detail:
            'the readings belong to several vehicles, and their device was deleted, so their vehicles are unknown',
        },
      ],
    },
  ],
}

/** Letters whose payloads are held at once: 4 MiB at most. */
const AT_ONCE = 16

/**
 * Sends dead letters through the pipeline again. Each reading has its first time, and is placed by the stays of its
 * device, so replaying it twice stores it once. Ends early if the broker cannot take any more.
 */
export async function replay(
  sql: Sql,
  broker: BrokerClient,
  letters: readonly ReplayableLetter[],
): Promise<{ done: Replayed[]; unavailable: string | undefined }> {
  const done: Replayed[] = []
  for (let at = 0; at < letters.length; at += AT_ONCE) {
    const part = letters.slice(at, at + AT_ONCE)
    const payloads = await findPayloads(
      sql,
      part.map(({ id }) => id),
    )
    const results = await Promise.all(
      part.map(async ({ vehicleId, ...letter }) => {
        const payload = payloads.get(letter.id)
        const reply =
          vehicleId === null ? WITHOUT_DEVICE : payload && broker.replay({ ...letter, vehicleId, payload })
        return reply && { id: letter.id, reply: await reply }
      }),
    )
    let unavailable: string | undefined
    for (const result of results) {
      // The dead letter was deleted meanwhile.
      if (result === undefined) continue
      const { id, reply } = result
      if ('code' in reply) unavailable = reply.detail
      // A spooled reading is not yet sure to be stored.
      else if (reply.spooled) unavailable = 'the database is unreachable'
      else done.push({ id, ...outcomeOf(reply) })
    }
    if (unavailable !== undefined) return { done, unavailable }
  }
  return { done, unavailable: undefined }
}

function outcomeOf({ stored, duplicates, refused, rejected }: IntakeReply) {
  return { stored, duplicates, problems: refused === 0 ? undefined : toProblems(rejected) }
}
