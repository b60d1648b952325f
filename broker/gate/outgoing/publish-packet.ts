/** First bytes of a PUBLISH. */
export const PUBLISH_QOS_0 = 0x30
export const PUBLISH_QOS_1 = 0x32
/** Absent with QoS 0. */
export const NO_PACKET_ID = Buffer.alloc(0)

/** A PUBLISH (MQTT 3.1.1, section 3.3) in one buffer, so that nothing is written in between. */
export function publishPacket(first: number, topic: Buffer, packetId: Buffer, payload: Uint8Array): Buffer {
  let length = 2 + topic.length + packetId.length + payload.length
  const header = [first]
  for (; length > 127; length = Math.floor(length / 128)) header.push((length % 128) + 128)
  header.push(length, topic.length >> 8, topic.length & 0xff)
  return Buffer.concat([Buffer.from(header), topic, packetId, payload])
}
