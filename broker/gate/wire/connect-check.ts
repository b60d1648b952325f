import { readText } from './packet-check.ts'

/** The fault of a CONNECT, which aedes does not receive. */
export interface ConnectFault {
  /** `malformed_connect` closes the connection without an answer, the others are refused with `connack` */
  problem: 'client_id' | 'malformed_connect' | 'unsupported_protocol'
  /** for the log, with the clause of MQTT 3.1.1 */
  detail: string
  connack?: Buffer
  clientId?: string
}

/** CONNACKs of MQTT 3.1.1, section 3.2. That of MQTT 5 has a reason code and empty properties. */
const BAD_PROTOCOL = Buffer.from([0x20, 2, 0, 1])
const BAD_CLIENT_ID = Buffer.from([0x20, 2, 0, 2])
const BAD_PROTOCOL_FOR_MQTT_5 = Buffer.from([0x20, 3, 0, 0x84, 0])

/** The supported protocols, by their name. */
const LEVELS: Record<string, number> = { MQTT: 4, MQIsdp: 3 }
const MQTT_5 = 5

const RESERVED = 0x01
const CLEAN_SESSION = 0x02
const WILL = 0x04
const WILL_QOS = 0x18
const WILL_RETAIN = 0x20
const PASSWORD = 0x40
const USER_NAME = 0x80

/** The fault of a CONNECT with this body (MQTT 3.1.1, section 3.1), if any; `first` is the first byte of its header. */
export function findConnectFault(first: number, body: Buffer): ConnectFault | undefined {
  if ((first & 15) !== 0) return malformed(`flags ${first & 15} in the header of a CONNECT [MQTT-2.2.2-2]`)
  const name = readText(body, 0)?.toString()
  const levelAt = 2 + Buffer.byteLength(name ?? '')
  const flags = body[levelAt + 1]
  const level = body[levelAt]
  const expected = LEVELS[name ?? '']
  if (expected === undefined || level === undefined)
    return malformed('a CONNECT whose protocol name is neither MQTT nor MQIsdp [MQTT-3.1.2-1]')
  if (level !== expected) return refuseLevel(name ?? '', level, body, levelAt + 4)
  if (flags === undefined || body.length < levelAt + 4) return malformed('a CONNECT that is cut off')
  const detail = findFlagFault(flags)
  return detail === undefined ? findPayloadFault(flags, body, levelAt + 4) : malformed(detail)
}

function refuseLevel(name: string, level: number, body: Buffer, payloadAt: number): ConnectFault {
  const isMqtt5 = name === 'MQTT' && level === MQTT_5
  // So that the log names the client; MQTT 5 has properties before the client id.
  const clientIdAt = isMqtt5 ? endOfProperties(body, payloadAt) : payloadAt
  return {
    problem: 'unsupported_protocol',
    detail: `level ${level} of ${name} is not supported, only MQTT 3.1.1 and 3.1 [MQTT-3.1.2-2]`,
    connack: isMqtt5 ? BAD_PROTOCOL_FOR_MQTT_5 : BAD_PROTOCOL,
    clientId: readText(body, clientIdAt)?.toString() ?? '',
  }
}

/** The end of a variable byte integer of at most 4 bytes and of as many bytes as its value. */
function endOfProperties(body: Buffer, at: number): number {
  let length = 0
  for (let n = 0; n < 4; n++) {
    const byte = body[at + n] ?? 0
    length += (byte & 0x7f) * 128 ** n
    if (byte < 0x80) return at + n + 1 + length
  }
  return body.length
}

function findFlagFault(flags: number): string | undefined {
  if ((flags & RESERVED) !== 0) return 'the reserved flag of a CONNECT is set [MQTT-3.1.2-3]'
  if ((flags & WILL) === 0 && (flags & (WILL_QOS | WILL_RETAIN)) !== 0)
    return 'a CONNECT with the QoS or retain flag of a will, and without a will [MQTT-3.1.2-13] [MQTT-3.1.2-15]'
  if ((flags & WILL_QOS) === WILL_QOS) return 'a CONNECT whose will has QoS 3 [MQTT-3.1.2-14]'
  if ((flags & USER_NAME) === 0 && (flags & PASSWORD) !== 0)
    return 'a CONNECT with a password and without a user name [MQTT-3.1.2-22]'
  return undefined
}

function findPayloadFault(flags: number, body: Buffer, payloadAt: number): ConnectFault | undefined {
  const clientId = readText(body, payloadAt)
  if (clientId === undefined) return malformed('the client id is not UTF-8 text of its length [MQTT-3.1.3-4]')
  let at = payloadAt + 2 + clientId.length
  const skip = (text: Buffer | undefined): boolean => {
    at += 2 + (text?.length ?? 0)
    return text !== undefined
  }
  if ((flags & WILL) !== 0) {
    // A topic with a wildcard is refused when the will is published: it must not keep a device from connecting.
    const topic = readText(body, at)
    if (!skip(topic) || topic?.length === 0)
      return malformed('the topic of the will is empty, or is not UTF-8 text of its length')
    if (!skip(readBinary(body, at))) return malformed('the message of the will is cut off')
  }
  if ((flags & USER_NAME) !== 0 && !skip(readText(body, at)))
    return malformed('the user name is not UTF-8 text of its length [MQTT-3.1.3-11]')
  if ((flags & PASSWORD) !== 0 && !skip(readBinary(body, at))) return malformed('the password is cut off')
  if (at !== body.length) return malformed(`a CONNECT with ${body.length - at} excess bytes`)
  if (clientId.length > 0 || (flags & CLEAN_SESSION) !== 0) return undefined
  const detail = 'no client id, and clean session 0 [MQTT-3.1.3-8]'
  return { problem: 'client_id', detail, connack: BAD_CLIENT_ID }
}

function readBinary(bytes: Buffer, at: number): Buffer | undefined {
  if (at + 2 > bytes.length) return undefined
  const end = at + 2 + bytes.readUInt16BE(at)
  return end > bytes.length ? undefined : bytes.subarray(at + 2, end)
}

function malformed(detail: string): ConnectFault {
  return { problem: 'malformed_connect', detail }
}
