import { seeded, whole } from '../../support/seeded.ts'
import { cut, pick, type Random } from './chance.ts'
import { mutate } from './mutations.ts'
import { allowedPacket, connectOf, DISCONNECT, forbiddenPacket, type Cast } from './packets.ts'
import { asMessages, oddFrame, upgradeRequest, webSocketFrame } from './web-socket-frames.ts'

/** The actions of one connection. The same seed and number give the same attack, except for the times in its tokens. */
export interface Attack {
  number: number
  transport: 'tcp' | 'web socket'
  /** The first write logs in, and the others wait for its CONNACK. */
  waits: boolean
  writes: Buffer[]
  ending: 'linger' | 'end' | 'reset' | 'disconnect'
  packets: number
  /** number of uses of each mutation */
  mutations: Record<string, number>
}

// The first bad packet ends a connection, and the bytes after it are not read, so most connections have few of them.
const MUTATED_SHARES = [0, 0.02, 0.05, 0.05, 0.3, 1]
const FORBIDDEN_SHARES = [0, 0, 0, 0.03, 0.3]

export function attackOf(seed: number, number: number, cast: (random: Random) => Cast): Attack {
  const random = seeded(Math.imul(seed, 0x9e37_79b1) ^ Math.imul(number + 1, 0x85eb_ca6b))
  const transport = random() < 0.35 ? 'web socket' : 'tcp'
  const ending = pick(random, ['linger', 'linger', 'end', 'end', 'reset', 'disconnect'] as const)
  const actors = cast(random)
  const logsIn = random() < 0.5
  const waits = logsIn && random() < 0.7
  const mutatedShare = pick(random, MUTATED_SHARES)
  const forbiddenShare = pick(random, FORBIDDEN_SHARES)
  const mutations: Record<string, number> = {}

  const packets = Array.from({ length: 2 + Math.floor(random() ** 2 * 46) }, () =>
    (random() < forbiddenShare ? forbiddenPacket : allowedPacket)(random, actors),
  )
  if (!logsIn) packets.unshift(connectOf(random, actors, random() < 0.5))
  if (ending === 'disconnect') packets.push(DISCONNECT)
  // Reordered: two packets swap places.
  if (random() < 0.2) packets.push(...packets.splice(whole(random, 0, packets.length - 1), 1))
  const stream = packets.map((packet) => {
    if (random() >= mutatedShare) return packet
    const { bytes, names } = mutate(random, packet)
    for (const name of names) mutations[name] = (mutations[name] ?? 0) + 1
    return bytes
  })

  const login = logsIn ? [connectOf(random, actors, true)] : []
  const first = waits ? [] : login
  // A packet that is alone in its read ends at the end of the buffer, so reading beyond it cannot succeed by accident.
  const pieces = random() < 0.5 ? [...first, ...stream] : cut(random, Buffer.concat([...first, ...stream]), 8)
  const written = waits ? [...login, ...pieces] : pieces
  const writes = transport === 'tcp' ? written : inFrames(random, written, waits)
  return { number, transport, waits, writes, ending, packets: packets.length + login.length, mutations }
}

/** The upgrade and the login are intact; any kind of frame may follow. */
function inFrames(random: Random, pieces: readonly Buffer[], waits: boolean): Buffer[] {
  const odd = random() < 0.3
  const frames = pieces.flatMap((piece, n) => {
    if (waits && n === 0) return [webSocketFrame(0x82, piece)]
    return odd && random() < 0.3 ? [oddFrame(random, piece)] : asMessages(random, piece)
  })
  return [Buffer.from(upgradeRequest()), ...frames]
}
