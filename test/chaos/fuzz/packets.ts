import { generate, type IConnectPacket, type Packet } from 'mqtt-packet'
import type { TestDevice } from '../../support/broker.ts'
import { whole } from '../../support/seeded.ts'
import { bytes, pick, type Random } from './chance.ts'

/** The sender, a device whose topics are forbidden to it, and invalid tokens. */
export interface Cast {
  own: TestDevice
  other: TestDevice
  badTokens: readonly string[]
}

type Qos = 0 | 1 | 2

export const DISCONNECT = Buffer.from([0xe0, 0])

type Make = (random: Random, cast: Cast) => Buffer

/** The bytes of a well-formed packet that a logged-in device may send, whether it makes sense or not. */
export function allowedPacket(random: Random, cast: Cast): Buffer {
  return pick(random, ALLOWED)(random, cast)
}

/** The bytes of a packet that ends the connection, or may: forbidden, out of place, or only for servers. */
export function forbiddenPacket(random: Random, cast: Cast): Buffer {
  return pick(random, FORBIDDEN)(random, cast)
}

export function connectOf(random: Random, { own, badTokens }: Cast, isGood: boolean): Buffer {
  const packet: IConnectPacket = {
    cmd: 'connect',
    protocolId: 'MQTT',
    protocolVersion: 4,
    clean: random() < 0.7,
    clientId: own.clientId,
    keepalive: pick(random, [0, 1, 60, 65_535]),
    username: 'x',
    password: Buffer.from(own.token),
  }
  if (random() < 0.4) {
    const topic = pick(random, [
      `fleet/${own.vehicle}/status`,
      own.topic,
      '$SYS/x',
      'fleet/x/telemetry',
      'a/b',
    ])
    packet.will = {
      topic,
      payload: payloadOf(random),
      qos: whole(random, 0, 2) as Qos,
      retain: random() < 0.5,
    }
  }
  if (isGood) return generate(packet)
  const how = whole(random, 0, 5)
  if (how === 0) packet.password = Buffer.from(pick(random, badTokens))
  if (how === 1)
    packet.clientId = pick(random, ['', 'ui/1/x', '__proto__', '+', 'x'.repeat(500), 'fuzz\u0000'])
  if (how === 2) delete packet.password
  if (how === 3) Object.assign(packet, { protocolId: 'MQIsdp', protocolVersion: 3 })
  if (how === 4) packet.protocolVersion = 5
  if (how === 5) Object.assign(packet, { bridgeMode: true })
  if (packet.clientId === '') packet.clean = true
  return generate(packet)
}

const ALLOWED: Make[] = [
  publishOwn,
  publishOwn,
  publishOwn,
  publishOwn,
  (random, cast) => subscribeOf(random, cast, ownFilter),
  (random, cast) => subscribeOf(random, cast, anyFilter),
  (random, cast) => {
    const unsubscriptions = Array.from({ length: whole(random, 1, 4) }, () => ownFilter(random, cast))
    return generate({ cmd: 'unsubscribe', messageId: idOf(random), unsubscriptions })
  },
  () => generate({ cmd: 'pingreq' }),
  (random) => {
    const cmd = pick(random, ['puback', 'pubrec', 'pubrel', 'pubrel', 'pubcomp'] as const)
    return generate({ cmd, messageId: idOf(random) })
  },
]

const FORBIDDEN: Make[] = [
  (random, cast) => connectOf(random, cast, random() < 0.3),
  publishElsewhere,
  publishElsewhere,
  (random) => {
    const unsubscriptions = ['', 'a/#/b', '/'.repeat(120)].slice(0, whole(random, 1, 3))
    return frame(0xa2, [word(idOf(random)), ...unsubscriptions.map(text)])
  },
  (random) =>
    frame(0x82, [
      word(idOf(random)),
      ...(random() < 0.5 ? [] : [text('#/x'), Buffer.from([whole(random, 0, 3)])]),
    ]),
  () => DISCONNECT,
  (random) => {
    const packets: Packet[] = [
      { cmd: 'connack', returnCode: 0, sessionPresent: false },
      { cmd: 'pingresp' },
      { cmd: 'suback', messageId: idOf(random), granted: [0, 128] },
      { cmd: 'unsuback', messageId: idOf(random), granted: [] },
    ]
    return generate(pick(random, packets))
  },
  // These are not packets of version 4.
  (random) => frame(pick(random, [0x00, 0xf0]), [bytes(random, 0, 4)]),
]

function publishOwn(random: Random, { own }: Cast): Buffer {
  const topic = random() < 0.9 ? own.topic : `fleet/${own.vehicle}/commands/ack`
  const qos = whole(random, 0, 2) as Qos
  const flags = { dup: random() < 0.1, retain: random() < 0.1 }
  return generate({
    cmd: 'publish',
    topic,
    payload: payloadOf(random),
    qos,
    messageId: idOf(random),
    ...flags,
  })
}

/** Built by hand, because mqtt-packet creates no packet with an invalid topic. */
function publishElsewhere(random: Random, { own, other }: Cast): Buffer {
  const topic =
    random() < 0.5 ? pick(random, [other.topic, `fleet/${own.vehicle}/status`]) : pick(random, ODD_TOPICS)
  const qos = whole(random, 0, 3)
  const header = 0x30 | whole(random, 0, 1) | (qos << 1) | (whole(random, 0, 1) << 3)
  return frame(header, [text(topic), ...(qos > 0 ? [word(idOf(random))] : []), payloadOf(random)])
}

type FilterOf = (random: Random, cast: Cast) => string

function subscribeOf(random: Random, cast: Cast, filterOf: FilterOf): Buffer {
  const subscriptions = Array.from({ length: whole(random, 1, random() < 0.05 ? 200 : 4) }, () => ({
    topic: filterOf(random, cast),
    qos: whole(random, 0, 2) as Qos,
  }))
  return generate({ cmd: 'subscribe', messageId: idOf(random), subscriptions })
}

function ownFilter(random: Random, { own }: Cast): string {
  return `fleet/${own.vehicle}/${pick(random, ['rejected', 'commands', 'status', 'telemetry'])}`
}

function anyFilter(random: Random, cast: Cast): string {
  const odd = [
    cast.other.topic,
    '#',
    '+',
    '$SYS/#',
    'fleet/+/telemetry',
    'fleet/#',
    '__proto__',
    'constructor',
    'x'.repeat(9000),
  ]
  return random() < 0.3 ? ownFilter(random, cast) : pick(random, odd)
}

function payloadOf(random: Random): Buffer {
  const kind = random()
  if (kind < 0.5) return Buffer.from(`{"speed":${whole(random, -1, 400)},"seq":${whole(random, 0, 1e9)}}`)
  if (kind < 0.6) return Buffer.from(`[${'{"rpm":900},'.repeat(whole(random, 0, 40))}{"lat":1}]`)
  if (kind < 0.7) return Buffer.alloc(0)
  if (kind < 0.71) return Buffer.alloc(whole(random, 200_000, 262_144), '[')
  return bytes(random, 1, 60)
}

function idOf(random: Random): number {
  return random() < 0.1 ? pick(random, [1, 65_535]) : whole(random, 1, 200)
}

/** A packet with any first byte and body, with the length as in MQTT. */
export function frame(first: number, parts: readonly Buffer[]): Buffer {
  const body = Buffer.concat(parts)
  return Buffer.concat([Buffer.from([first]), lengthOf(body.length), body])
}

export function lengthOf(length: number): Buffer {
  const encoded: number[] = []
  let rest = length
  do {
    encoded.push((rest & 0x7f) | (rest > 0x7f ? 0x80 : 0))
    rest >>>= 7
  } while (rest > 0)
  return Buffer.from(encoded)
}

function text(value: string): Buffer {
  const encoded = Buffer.from(value)
  return Buffer.concat([word(encoded.length), encoded])
}

function word(value: number): Buffer {
  return Buffer.from([value >> 8, value & 0xff])
}

const ODD_TOPICS = [
  '',
  '#',
  '+/x',
  '$SYS/broker/x',
  '/'.repeat(200),
  'x'.repeat(65_535),
  '__proto__',
  'fleet//telemetry',
  'fleet/+/telemetry',
  'fleet/a\u0000b/telemetry',
  'fleet/x/rejected',
  '\u{1f69a}',
]
