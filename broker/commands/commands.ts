import type { Log } from '../../kit/log.ts'
import type { Metrics } from '../../kit/metrics.ts'
import type { Sql } from '../../sql/connect.ts'
import type { CommandDispatcher } from '../commands-link.ts'
import { createAnswers } from './answers.ts'
import { createDelivery } from './delivery.ts'
import { createCommandMetrics } from './metrics.ts'
import { ROW_ID } from '../../contract/ids.ts'

export interface Commands extends CommandDispatcher {
  /** Writes what is waiting, and reads nothing further. The caller closes `sql`. */
  close(): Promise<void>
}

/** As the trigger writes it. */
const VEHICLE_ID = new RegExp(`^${ROW_ID}$`)
const CLOSE_MS_MAX = 2000

/**
 * Commands wait in the database. Each new command is announced on the channel `commands`, and every broker with a connection of
 * its vehicle sends it. When a device subscribes, the commands that have waited are sent.
 */
export async function openCommands(options: { sql: Sql; log: Log; metrics: Metrics }): Promise<Commands> {
  const { sql, log } = options
  const metrics = createCommandMetrics(options.metrics)
  const delivery = createDelivery({ sql, log, metrics })
  const answers = createAnswers({ sql, log, metrics, onStored: (ids) => delivery.goOn(ids) })
  // After each reconnect the commands of all vehicles are read: announcements sent meanwhile are lost.
  await sql.listen(
    'commands',
    (payload) => {
      if (VEHICLE_ID.test(payload)) delivery.look(Number(payload))
    },
    () => delivery.lookForAll(),
  )
  return {
    attach: (link) => delivery.attach(link),
    detach: (link) => delivery.detach(link),
    answer: (answer) => answers.answer(answer),
    async close() {
      await Promise.all([delivery.close(CLOSE_MS_MAX), answers.close(CLOSE_MS_MAX)])
    },
  }
}
