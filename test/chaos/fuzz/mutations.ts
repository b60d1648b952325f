import { whole } from '../../support/seeded.ts'
import { bytes, pick, type Random } from './chance.ts'
import { lengthOf } from './packets.ts'

type Mutation = (packet: Buffer, random: Random) => Buffer

/** The packet after one to three mutations, most of which use the positions of its parts. */
export function mutate(random: Random, packet: Buffer): { bytes: Buffer; names: string[] } {
  const names = Array.from({ length: whole(random, 1, 3) }, () => pick(random, NAMES))
  const mutated = names.reduce<Buffer>((it, name) => MUTATIONS[name]?.(it, random) ?? it, packet)
  // With a corrected length it is still a packet, and only its content is wrong.
  if (random() < 0.5) return { bytes: refit(mutated), names: [...names, 'refit'] }
  return { bytes: mutated, names }
}

const MUTATIONS: Record<string, Mutation> = {
  flipBits(packet, random) {
    const out = Buffer.from(packet)
    for (let n = whole(random, 1, 8); n > 0 && out.length > 0; n--) {
      const at = whole(random, 0, out.length - 1)
      out[at] = (out[at] ?? 0) ^ (1 << whole(random, 0, 7))
    }
    return out
  },
  /** Right after the first string, where a packet identifier or a payload would be. */
  onlyFirstField(packet) {
    const at = bodyOf(packet)
    const end = at + 2 + (packet[at] ?? 0) * 256 + (packet[at + 1] ?? 0)
    return refit(packet.subarray(0, end))
  },
  truncate: (packet, random) => packet.subarray(0, whole(random, 0, packet.length)),
  insert(packet, random) {
    const at = whole(random, 0, packet.length)
    return Buffer.concat([packet.subarray(0, at), bytes(random, 1, 8), packet.subarray(at)])
  },
  remove(packet, random) {
    const at = whole(random, 0, packet.length)
    return Buffer.concat([packet.subarray(0, at), packet.subarray(at + whole(random, 1, 8))])
  },
  repeatSlice(packet, random) {
    const from = whole(random, 0, packet.length)
    const to = whole(random, from, Math.min(packet.length, from + 64))
    return Buffer.concat([packet.subarray(0, to), packet.subarray(from, to), packet.subarray(to)])
  },
  repeatPacket: (packet) => Buffer.concat([packet, packet]),
  type: (packet, random) => withByte(packet, 0, ((packet[0] ?? 0) & 0x0f) | (whole(random, 0, 15) << 4)),
  flags: (packet, random) => withByte(packet, 0, ((packet[0] ?? 0) & 0xf0) | whole(random, 0, 15)),
  /** The remaining length differs from the actual one, or is badly encoded. */
  length(packet, random) {
    const bodyAt = bodyOf(packet)
    const rest = packet.subarray(bodyAt)
    const right = lengthOf(rest.length)
    const last = right.length - 1
    const overlong = Buffer.concat([withByte(right, last, (right[last] ?? 0) | 0x80), Buffer.from([0])])
    const lies = [
      ...[0, 1, rest.length + 1, rest.length + 127, Math.max(0, rest.length - 1), 262_400, 268_435_455].map(
        lengthOf,
      ),
      Buffer.from([0xff, 0xff, 0xff, 0xff, 0x01]),
      overlong,
    ]
    return Buffer.concat([packet.subarray(0, 1), pick(random, lies), rest])
  },
  /** The same for the first string or a packet identifier; the rest of the packet is valid. */
  firstField(packet, random) {
    const at = bodyOf(packet)
    const value = (packet[at] ?? 0) * 256 + (packet[at + 1] ?? 0)
    const lie = pick(random, [0, 1, value + 1, Math.max(0, value - 1), 0xffff, whole(random, 0, 300)])
    return withByte(withByte(packet, at, lie >> 8), at + 1, lie & 0xff)
  },
  /** Two zeros anywhere: an identifier, a length or a character that must not be zero. */
  zeros(packet, random) {
    const at = whole(random, bodyOf(packet), packet.length)
    return withByte(withByte(packet, at, 0), at + 1, 0)
  },
  utf8(packet, random) {
    const at = whole(random, bodyOf(packet), packet.length)
    const bad = pick(random, [[0xff], [0xc0, 0xaf], [0xed, 0xa0, 0x80], [0xf4, 0x90, 0x80, 0x80], [0]])
    return bad.reduce((it, byte, n) => withByte(it, at + n, byte), packet)
  },
  /** The protocol bytes of a CONNECT, at their place in MQTT 3.1.1; some byte of any other packet. */
  protocolLevel: (packet, random) =>
    withByte(packet, bodyOf(packet) + 6, pick(random, [0, 1, 2, 3, 5, 6, 0x83, 0x84, 0x85, 255])),
  connectFlags: (packet, random) => withByte(packet, bodyOf(packet) + 7, whole(random, 0, 255)),
}
const NAMES = Object.keys(MUTATIONS)

function refit(packet: Buffer): Buffer {
  const body = packet.subarray(bodyOf(packet))
  return Buffer.concat([packet.subarray(0, 1), lengthOf(body.length), body])
}

function bodyOf(packet: Buffer): number {
  let at = 1
  while (at < 4 && ((packet[at] ?? 0) & 0x80) > 0) at++
  return Math.min(at + 1, packet.length)
}

function withByte(packet: Buffer, at: number, byte: number): Buffer {
  const out = Buffer.from(packet)
  if (at < out.length) out[at] = byte
  return out
}
