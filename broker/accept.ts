import type { Problem, Rejection } from '../contract/problems.ts'

/**
 * Joins the gate, which knows MQTT and no SQL, to ingest, which knows SQL and no MQTT. The types are plain data, so that a
 * message may come from anywhere.
 */
export interface Message {
  vehicleId: number
  deviceId: number
  /** what the device sent: one reading or an array of them, as JSON */
  payload: Buffer
  /** milliseconds since 1970 */
  receivedAtMs: number
  /**
   * Only of a dead letter that is sent again: the time for its readings that have none, in microseconds since 1970. Readings that
   * are refused again do not become another dead letter.
   */
  replay?: { receivedUs: number }
  /** Only of a QoS 2 message of a session that outlives its connection. */
  delivery?: Delivery
  /** The time for readings without a time, in microseconds since 1970, if it is known already. */
  receivedUs?: number
  /** The message as a whole is refused: it is not decoded, and becomes one dead letter with this problem. */
  refused?: Problem
  /**
   * The epoch of the moves that `vehicleId` and `stays` are from; see `Registry`. Absent if the device cannot have been moved
   * since.
   */
  moves?: number
  /** The stays of its device, the oldest first, unless it was always in `vehicleId`; each reading is placed by its time. */
  stays?: readonly Stay[]
}

/** Identifies a QoS 2 message of a device from its PUBLISH to its PUBREL. */
export interface Delivery {
  packetId: number
  /** the device reports that it may have sent the message before (DUP) */
  isResent: boolean
  /** of its topic and payload */
  digest: string
}

/**
 * Receipt times of QoS 2 messages, on the disk. A message that is sent again after a restart of the broker keeps its first
 * receipt time, which identifies its readings without a time. Nothing here rejects.
 */
export interface Receipts {
  /** The PUBREL of a message has come: the device may use the packet identifier again. */
  release(deviceId: number, packetId: number): Promise<void>
  /** The device begins with a clean session. */
  forget(deviceId: number): Promise<void>
}

/** A time that a device spent in a vehicle, in microseconds since 1970. */
export interface Stay {
  vehicleId: number
  /** inclusive; -Infinity for the first */
  sinceUs: number
  /** exclusive; Infinity while it lasts */
  untilUs: number
  /** the vehicle was deleted since, so that no reading can be placed in it */
  isGone: boolean
  /** when it was deleted, if that is known */
  goneUs?: number
}

/**
 * The outcome of a message, once every reading of it is settled. All of it is committed: readings to `telemetry`,
 * rejections to `rejected_messages`. If the database is away or too slow, the message as a whole goes to the spool first.
 */
export interface Outcome {
  /** readings that are in `telemetry`, or will be once the spool is drained */
  stored: number
  /** whether the message is in the spool, fsynced */
  spooled: boolean
  /** readings of a vehicle and instant whose values were stored before */
  duplicates: number
  rejected: readonly Rejection[]
  /**
   * The vehicle of each reading, by its place in the message; `null` if its device was in no vehicle then. Set for a message
   * with `stays` that could be read.
   */
  vehicleIds?: readonly (number | null)[]
}

/**
 * Resolves when the message may be acknowledged, with `undefined` if it cannot be taken: then it must not be acknowledged. Never
 * rejects.
 */
export type Accept = (message: Message) => Promise<Outcome | undefined>

/**
 * Called with readings that the database refused after their message was acknowledged from the spool. `outcome.rejected` has
 * only these readings.
 */
export type OnRefusedLate = (message: Message, outcome: Outcome) => void

/**
 * Whether ingest can take more. While it is full, neither the database nor the spool takes the held messages, and no device's
 * socket should be read. Messages are still accepted, but held in memory without an acknowledgement.
 */
export interface Pressure {
  readonly isFull: boolean
  onChange(listener: (isFull: boolean) => void): void
}
