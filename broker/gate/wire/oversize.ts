import { BEGINNING_BYTES_MAX } from '../../../contract/intake.ts'
import { readTopic } from './publish-topic.ts'

/**
 * Time for the beginning of a packet that is too large; then the bytes received so far are noted.
 * @limit the wait for the beginning of a packet over the limit | the bytes so far are noted
 */
export const OVERSIZE_WAIT_MS = 5000

const QOS_2 = 2

/** A PUBLISH that is too large, as far as its dead letter has it. */
export interface OversizePublish {
  topic: string
  /** of its payload, a copy of at most `BEGINNING_BYTES_MAX` bytes */
  beginning: Buffer
  /** of its whole payload */
  bytes: number
  /** 0 with QoS 0 */
  packetId: number
}

/**
 * Reads the beginning of a PUBLISH of `packetBytes` that is too large, between `start` and `end`. `undefined` if its topic or QoS
 * is invalid, or the beginning ends before the payload.
 */
export function readOversize(
  bytes: Buffer,
  start: number,
  bodyAt: number,
  end: number,
  packetBytes: number,
): OversizePublish | undefined {
  const qos = ((bytes[start] ?? 0) >> 1) & 3
  const topic = readTopic(bytes, bodyAt, end)
  if (qos > QOS_2 || topic === undefined) return undefined
  const topicEnd = bodyAt + 2 + topic.length
  const payloadAt = qos === 0 ? topicEnd : topicEnd + 2
  if (payloadAt > end) return undefined
  return {
    topic: topic.toString('utf8'),
    beginning: Buffer.from(bytes.subarray(payloadAt, Math.min(end, payloadAt + BEGINNING_BYTES_MAX))),
    bytes: start + packetBytes - payloadAt,
    packetId: qos === 0 ? 0 : bytes.readUInt16BE(topicEnd),
  }
}
