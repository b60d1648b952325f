import type { Rejection } from '../contract/problems.ts'

/**
 * What joins the gate, which knows MQTT and no SQL, to ingest, which knows SQL and no MQTT. Plain data, so that a
 * message may come from anywhere.
 */
export interface Message {
  vehicleId: number
  deviceId: number
  /** what the device sent: one reading or an array of them, as JSON */
  payload: Buffer
  /** milliseconds since 1970 */
  receivedAtMs: number
}

/**
 * What became of a message, once every reading of it is settled. All of it is committed: readings to `telemetry`,
 * rejections to `rejected_messages`.
 */
export interface Outcome {
  stored: number
  /** readings whose vehicle and time were stored before */
  duplicates: number
  rejected: readonly Rejection[]
}

/**
 * Resolves when the message may be acknowledged, with undefined when it cannot be taken: then it must not be
 * acknowledged. Never rejects.
 */
export type Accept = (message: Message) => Promise<Outcome | undefined>
