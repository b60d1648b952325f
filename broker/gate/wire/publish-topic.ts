import { isUtf8 } from 'node:buffer'
import type { PublishPacket } from 'aedes'
import { parseVehicleTopic } from '../../../contract/topics.ts'

/**
 * Levels of a topic that aedes takes.
 * @limit levels of a topic | telemetry becomes a dead letter (`wrong_topic`); other publishes end the connection
 */
export const TOPIC_LEVELS_MAX = 100

/** In the place of a topic that aedes would refuse without asking for permission. No client can send it, see `readTopic`. */
const SET_ASIDE = '\0'
const QOS_BITS = 6

/**
 * The topic of a PUBLISH whose body begins at `bodyAt`; `undefined` if the packet is too short, or the topic is not UTF-8 or has a
 * NUL [MQTT-1.5.3-1] [MQTT-1.5.3-2].
 */
export function readTopic(bytes: Buffer, bodyAt: number, end: number): Buffer | undefined {
  if (end < bodyAt + 2) return undefined
  const topicEnd = bodyAt + 2 + bytes.readUInt16BE(bodyAt)
  if (topicEnd > end) return undefined
  const topic = bytes.subarray(bodyAt + 2, topicEnd)
  return !isUtf8(topic) || topic.includes(0) ? undefined : topic
}

/** Whether a publish brings a new token. */
export function isSessionTopic(topic: string): boolean {
  return parseVehicleTopic(topic)?.kind === 'session'
}

/** Whether aedes ends the connection for this topic, with nothing in the log and without a PUBREC. */
export function isRefusedByAedes(topic: string): boolean {
  return (
    topic === '' || /[#+]/.test(topic) || topic.split('/', TOPIC_LEVELS_MAX + 1).length > TOPIC_LEVELS_MAX
  )
}

/** Moves the topic of a PUBLISH into its payload, so that aedes asks for permission in any case. */
export function setTopicAside(bytes: Buffer, start: number, bodyAt: number, end: number): Buffer {
  const first = bytes[start] ?? 0
  const topicEnd = bodyAt + 2 + bytes.readUInt16BE(bodyAt)
  const payloadAt = (first & QOS_BITS) === 0 ? topicEnd : topicEnd + 2
  const body = Buffer.concat([
    Buffer.from([0, SET_ASIDE.length]),
    Buffer.from(SET_ASIDE),
    bytes.subarray(topicEnd, payloadAt),
    bytes.subarray(bodyAt, topicEnd),
    bytes.subarray(payloadAt, end),
  ])
  return Buffer.concat([Buffer.from([first, ...lengthOf(body.length)]), body])
}

/** Gives a packet its topic back. */
export function restoreTopic(packet: PublishPacket): void {
  if (packet.topic !== SET_ASIDE || !Buffer.isBuffer(packet.payload)) return
  const payload = packet.payload
  const topicEnd = 2 + payload.readUInt16BE(0)
  packet.topic = payload.toString('utf8', 2, topicEnd)
  packet.payload = payload.subarray(topicEnd)
}

/** MQTT 3.1.1, section 2.2.3. */
function lengthOf(bytes: number): number[] {
  const low = bytes % 128
  const rest = (bytes - low) / 128
  return rest === 0 ? [low] : [low | 0x80, ...lengthOf(rest)]
}
