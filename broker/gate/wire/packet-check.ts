import { isUtf8 } from 'node:buffer'

/** `bad_packet_id`: without the identifier it must have; `unexpected_packet`: a kind that a client may not send now. */
export interface PacketFault {
  problem: 'bad_packet_id' | 'malformed_packet' | 'unexpected_packet'
  /** for the log, with the clause of MQTT 3.1.1 */
  detail: string
}

/** Packet types (MQTT 3.1.1, section 2.2.1). */
export const CONNECT = 1
const PUBLISH = 3
const PUBACK = 4
const PUBREC = 5
const PUBREL = 6
const PUBCOMP = 7
const SUBSCRIBE = 8
const UNSUBSCRIBE = 10
const PINGREQ = 12
const DISCONNECT = 14

/** Packets that a client may send after its CONNECT, with the flags of the first byte [MQTT-2.2.2-2]; those of PUBLISH vary. */
const FLAGS: ReadonlyMap<number, number> = new Map([
  [PUBACK, 0],
  [PUBREC, 0],
  [PUBREL, 2],
  [PUBCOMP, 0],
  [SUBSCRIBE, 2],
  [UNSUBSCRIBE, 2],
  [PINGREQ, 0],
  [DISCONNECT, 0],
])

/**
 * The fault of a packet after the CONNECT, if any; aedes does not detect all of them. The packet lies between
 * `start` and `end`, its body begins at `bodyAt`.
 */
export function findPacketFault(
  bytes: Buffer,
  start: number,
  bodyAt: number,
  end: number,
): PacketFault | undefined {
  const first = bytes[start] ?? 0
  const type = first >> 4
  const body = bytes.subarray(bodyAt, end)
  if (type === PUBLISH) return findPublishFault(first, body)
  const flags = FLAGS.get(type)
  if (flags === undefined) {
    const what = type === CONNECT ? 'a second CONNECT [MQTT-3.1.0-2]' : `a packet of type ${type}`
    return { problem: 'unexpected_packet', detail: `${what}, which a client may not send` }
  }
  if ((first & 15) !== flags)
    return malformed(`flags ${first & 15} of packet type ${type} instead of ${flags} [MQTT-2.2.2-2]`)
  if (type === PINGREQ || type === DISCONNECT)
    return body.length > 0 ? malformed(`a body of ${body.length} bytes in packet type ${type}`) : undefined
  if (body.length < 2 || body.readUInt16BE(0) === 0) return noPacketId(type)
  if (type === SUBSCRIBE || type === UNSUBSCRIBE) return findFilterFault(body, type)
  return body.length > 2 ? malformed(`packet type ${type} has ${body.length - 2} excess bytes`) : undefined
}

function findPublishFault(first: number, body: Buffer): PacketFault | undefined {
  const qos = (first >> 1) & 3
  if (qos === 3) return malformed('a PUBLISH with QoS 3 [MQTT-3.3.1-4]')
  if (qos === 0 && (first & 8) !== 0) return malformed('a PUBLISH with QoS 0 and DUP [MQTT-3.3.1-2]')
  const topic = readText(body, 0)
  if (topic === undefined)
    return malformed('a PUBLISH whose topic is not UTF-8 text of its length [MQTT-1.5.3-1]')
  if (topic.length === 0) return malformed('a PUBLISH with an empty topic [MQTT-4.7.3-1]')
  if (topic.includes(PLUS) || topic.includes(HASH))
    return malformed('a PUBLISH to a topic with a wildcard [MQTT-3.3.2-2]')
  const idAt = 2 + topic.length
  if (qos > 0 && (idAt + 2 > body.length || body.readUInt16BE(idAt) === 0)) return noPacketId(PUBLISH)
  return undefined
}

const PLUS = 0x2b
const HASH = 0x23

/** A wildcard is a level of its own, and `#` the last one. */
function isFilter(text: string): boolean {
  if (!/[+#]/.test(text)) return true
  const levels = text.split('/')
  return levels.every(
    (level, n) => level === '+' || (level === '#' && n === levels.length - 1) || !/[+#]/.test(level),
  )
}

function findFilterFault(body: Buffer, type: number): PacketFault | undefined {
  const isSubscribe = type === SUBSCRIBE
  const name = isSubscribe ? 'a SUBSCRIBE' : 'an UNSUBSCRIBE'
  if (body.length === 2)
    return malformed(`${name} without filters [${isSubscribe ? 'MQTT-3.8.3-3' : 'MQTT-3.10.3-2'}]`)
  let at = 2
  while (at < body.length) {
    const filter = readText(body, at)
    if (filter === undefined) return malformed(`${name} with a filter that is not UTF-8 text of its length`)
    if (filter.length === 0) return malformed(`${name} with an empty filter [MQTT-4.7.3-1]`)
    if (!isFilter(filter.toString()))
      return malformed(`${name} with a misplaced wildcard [MQTT-4.7.1-2] [MQTT-4.7.1-3]`)
    at += 2 + filter.length
    if (!isSubscribe) continue
    const qos = body[at++]
    if (qos === undefined || qos > 2) return malformed(`${name} with QoS ${qos ?? 'missing'} [MQTT-3-8.3-4]`)
  }
  return undefined
}

/** The bytes of a text with its length before it; `undefined` if it is cut off, not UTF-8, or has U+0000 [MQTT-1.5.3-2]. */
export function readText(bytes: Buffer, at: number): Buffer | undefined {
  if (at + 2 > bytes.length) return undefined
  const end = at + 2 + bytes.readUInt16BE(at)
  if (end > bytes.length) return undefined
  const text = bytes.subarray(at + 2, end)
  return isUtf8(text) && !text.includes(0) ? text : undefined
}

function malformed(detail: string): PacketFault {
  return { problem: 'malformed_packet', detail }
}

function noPacketId(type: number): PacketFault {
  return {
    problem: 'bad_packet_id',
    detail: `packet type ${type} without a packet identifier [MQTT-2.3.1-1]`,
  }
}
