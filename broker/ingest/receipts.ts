import { join } from 'node:path'
import { FleetwireError, messageOf } from '../../kit/errors.ts'
import type { Log } from '../../kit/log.ts'
import { createLogLimit } from '../../kit/log-limit.ts'
import type { Delivery, Receipts } from '../accept.ts'
import { openJournal } from './journal.ts'

/** Receipt times of QoS 2 messages that are not released. */
export interface ReceiptStore extends Receipts {
  /** The receipt time of this message, in microseconds since 1970; `undefined` if it is unknown. */
  find(deviceId: number, delivery: Delivery): number | undefined
  /** Resolves when the receipt is on the disk, or cannot be written: the message then continues without it. Never rejects. */
  keep(deviceId: number, delivery: Delivery, receivedUs: number): Promise<void>
  close(): Promise<void>
}

type Line =
  | ['keep', deviceId: number, packetId: number, receivedUs: number, digest: string]
  | ['release', deviceId: number, packetId: number]
  | ['forget', deviceId: number]

/**
 * Receipts of one device, as many as its session has messages without PUBREL; the oldest makes room.
 * @limit receipt times of QoS 2 messages without PUBREL of a device | the oldest is forgotten
 */
const OF_DEVICE_MAX = 1000
/**
 * Receipts of all devices, 150 bytes each; the device that was noted first makes room.
 * @limit the same of all devices | the oldest is forgotten
 */
const RECEIPTS_MAX = 100_000
/** The same as for the session of a device that is away. */
const AGE_MAX_US = 7 * 86_400_000_000

/**
 * Opens `qos2-receipts.log` in `dataDir`, which only this process uses, and reads it. Cut or damaged lines are left out. At
 * worst, a reading without a time is then stored twice. Throws `data_dir_unwritable`.
 */
export async function openReceipts({ dataDir, log }: { dataDir: string; log: Log }): Promise<ReceiptStore> {
  /** by device and packet identifier */
  const receipts = new Map<number, Map<number, { receivedUs: number; digest: string }>>()
  let count = 0
  const logLimit = createLogLimit(1)
  const file = join(dataDir, 'qos2-receipts.log')
  const journal = await openJournal<Line>({
    file,
    onLine: apply,
    *snapshot() {
      for (const [deviceId, list] of receipts)
        for (const [packetId, { receivedUs, digest }] of list)
          yield ['keep', deviceId, packetId, receivedUs, digest]
    },
  }).catch((cause: unknown) => {
    const message = `DATA_DIR: ${file} cannot be used for receipts of QoS 2 messages: ${messageOf(cause)}`
    throw new FleetwireError('data_dir_unwritable', message, { cause })
  })

  function apply(line: Line): void {
    const [kind, deviceId] = line
    if (kind === 'keep') return add(line)
    const list = receipts.get(deviceId)
    if (list === undefined) return
    if (kind === 'forget') count -= list.size
    else if (list.delete(line[2])) count--
    if (kind === 'forget' || list.size === 0) receipts.delete(deviceId)
  }

  function add([, deviceId, packetId, receivedUs, digest]: Extract<Line, ['keep', ...unknown[]]>): void {
    apply(['release', deviceId, packetId])
    if (receivedUs < Date.now() * 1000 - AGE_MAX_US) return
    const list = receipts.get(deviceId) ?? new Map<number, { receivedUs: number; digest: string }>()
    receipts.set(deviceId, list)
    list.set(packetId, { receivedUs, digest })
    count++
    if (list.size > OF_DEVICE_MAX) dropOldest(deviceId, list)
    const [first] = receipts
    if (count > RECEIPTS_MAX && first !== undefined) dropOldest(...first)
  }

  function dropOldest(deviceId: number, list: Map<number, unknown>): void {
    for (const packetId of list.keys()) return apply(['release', deviceId, packetId])
  }

  async function write(line: Line): Promise<void> {
    apply(line)
    try {
      await journal.append(line)
    } catch (error) {
      if (logLimit.allow() < 0) return
      const text = `receipts of QoS 2 messages cannot be written: ${messageOf(error)}; is the disk full?`
      log.error({ event: 'receipts_write_failed', err: error, file }, text)
    }
  }

  return {
    find(deviceId, { packetId, digest }) {
      const known = receipts.get(deviceId)?.get(packetId)
      const isOver = known !== undefined && known.receivedUs < Date.now() * 1000 - AGE_MAX_US
      return known?.digest === digest && !isOver ? known.receivedUs : undefined
    },
    keep: (deviceId, { packetId, digest }, receivedUs) =>
      write(['keep', deviceId, packetId, receivedUs, digest]),
    async release(deviceId, packetId) {
      if (receipts.get(deviceId)?.has(packetId)) await write(['release', deviceId, packetId])
    },
    async forget(deviceId) {
      if (receipts.has(deviceId)) await write(['forget', deviceId])
    },
    close: () => journal.close(),
  }
}
