import { Ajv2020 } from 'ajv/dist/2020.js'
import {
  COMMAND_ACK_SCHEMA,
  COMMAND_BYTES_MAX,
  COMMAND_DEPTH_MAX,
  type CommandAck,
} from '../../contract/commands.ts'
import { isDeeperThan } from '../../contract/depth.ts'
import type { Log } from '../../kit/log.ts'
import type { Sql } from '../../sql/connect.ts'
import type { CommandDispatcher } from '../commands-link.ts'
import { createBatchWriter } from '../batch-writer.ts'
import type { CommandMetrics } from './metrics.ts'
import { markAnswered, type Answer } from './queries.ts'

/**
 * Each has at most `COMMAND_BYTES_MAX`, and a connection with a waiting answer is not read.
 * @limit waiting answers to commands | the connection is closed
 */
const WAITING_MAX = 1000
const AT_ONCE_MAX = 200
/**
 * Less than a usual keepalive: other packets of the connection, such as a PINGREQ, wait for the answer.
 * @limit an answer to a command until it is stored | the connection is closed
 */
const STORED_WITHIN_MS = 10_000

type Held = Answer & { settle: (isStored: boolean) => void }

/** Answers of devices to commands, which are checked and committed in batches before they are acknowledged. */
export function createAnswers(options: {
  sql: Sql
  log: Log
  metrics: CommandMetrics
  /** called with the vehicles whose commands were answered */
  onStored: (vehicleIds: readonly number[]) => void
}): Pick<CommandDispatcher, 'answer'> & { close(timeoutMs: number): Promise<void> } {
  const { sql, log, metrics, onStored } = options
  const isAck = new Ajv2020({ validateSchema: false }).compile<CommandAck>(COMMAND_ACK_SCHEMA)
  const writer = createBatchWriter<Held>({
    write,
    onGivenUp: (batch) => batch.forEach(({ settle }) => settle(false)),
    what: 'answers to commands',
    itemsMax: WAITING_MAX,
    batchMax: AT_ONCE_MAX,
    log,
  })

  /** `undefined` for a malformed answer. */
  function read(payload: Buffer): CommandAck | undefined {
    if (payload.length > COMMAND_BYTES_MAX) return undefined
    try {
      const value = JSON.parse(payload.toString('utf8')) as unknown
      return isAck(value) && !isDeeperThan(value.result, COMMAND_DEPTH_MAX) ? value : undefined
    } catch {
      return undefined
    }
  }

  async function write(batch: Held[]): Promise<void> {
    // The first answer to a command counts, and an update sees each row once.
    const byId = new Map<number, Held>()
    for (const held of batch) if (!byId.has(held.commandId)) byId.set(held.commandId, held)
    const stored = await markAnswered(sql, [...byId.values()])
    for (const id of stored) metrics.answers.inc({ result: byId.get(id)?.ok ? 'acknowledged' : 'failed' })
    metrics.answers.inc({ result: 'ignored' }, batch.length - stored.length)
    for (const { settle } of batch) settle(true)
    onStored(batch.map(({ vehicleId }) => vehicleId))
  }

  return {
    answer: ({ vehicleId, deviceId, payload }) =>
      new Promise((resolve) => {
        const ack = read(payload)
        if (ack === undefined) {
          metrics.answers.inc({ result: 'bad' })
          return resolve(true)
        }
        const timer = setTimeout(() => resolve(false), STORED_WITHIN_MS)
        const settle = (isStored: boolean) => {
          clearTimeout(timer)
          resolve(isStored)
        }
        const result = ack.result === undefined ? undefined : JSON.stringify(ack.result)
        const hasRoom = writer.add({ commandId: ack.id, vehicleId, deviceId, ok: ack.ok, result, settle })
        if (!hasRoom) settle(false)
      }),
    close: (timeoutMs) => writer.close(timeoutMs),
  }
}
