/** Packet types (MQTT 3.1.1, section 2.2.1). */
const PUBLISH = 3
const SUBSCRIBE = 8
const UNSUBSCRIBE = 10

/**
 * Whether a packet lacks the identifier it must have: not zero [MQTT-2.3.1-1]. aedes takes zero for any other number.
 * The packet lies between `start` and `end`, its body begins at `bodyAt`.
 */
export function lacksPacketId(bytes: Buffer, start: number, bodyAt: number, end: number): boolean {
  const first = bytes[start] ?? 0
  const type = first >> 4
  if (type === SUBSCRIBE || type === UNSUBSCRIBE) return isZero(bytes, bodyAt, end)
  if (type !== PUBLISH || (first & 6) === 0) return false
  if (bodyAt + 2 > end) return true
  return isZero(bytes, bodyAt + 2 + bytes.readUInt16BE(bodyAt), end)
}

function isZero(bytes: Buffer, at: number, end: number): boolean {
  return at + 2 > end || bytes.readUInt16BE(at) === 0
}
