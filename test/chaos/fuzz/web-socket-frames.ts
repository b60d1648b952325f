import { randomBytes } from 'node:crypto'
import { whole } from '../../support/seeded.ts'
import { bytes, cut, pick, type Random } from './chance.ts'

/** Opcodes of RFC 6455, section 5.2. */
const OPCODES = { continuation: 0, text: 1, binary: 2, close: 8, ping: 9, pong: 10 } as const

export function upgradeRequest(path = '/mqtt', protocol = 'mqtt'): string {
  const key = randomBytes(16).toString('base64')
  return (
    `GET ${path} HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n` +
    `Sec-WebSocket-Key: ${key}\r\nSec-WebSocket-Protocol: ${protocol}\r\n\r\n`
  )
}

/** A masked frame as a client sends it; `first` may be any first byte. */
export function webSocketFrame(
  first: number,
  payload: Buffer,
  announced = payload.length,
  masked = true,
): Buffer {
  const size = Buffer.alloc(announced < 126 ? 1 : announced < 65_536 ? 3 : 9)
  size[0] = announced < 126 ? announced : announced < 65_536 ? 126 : 127
  if (size.length === 3) size.writeUInt16BE(announced, 1)
  if (size.length === 9) size.writeBigUInt64BE(BigInt(announced), 1)
  if (!masked) return Buffer.concat([Buffer.from([first]), size, payload])
  size[0] = (size[0] ?? 0) | 0x80
  // A mask of zeros leaves the payload unchanged.
  return Buffer.concat([Buffer.from([first]), size, Buffer.alloc(4), payload])
}

/** The bytes as binary messages: whole, fragmented, with pings between the fragments. */
export function asMessages(random: Random, payload: Buffer): Buffer[] {
  if (random() < 0.6) return [webSocketFrame(0x80 | OPCODES.binary, payload)]
  const pieces = cut(random, payload, 4)
  return pieces.flatMap((piece, n) => {
    const opcode = n === 0 ? OPCODES.binary : OPCODES.continuation
    const frame = webSocketFrame((n === pieces.length - 1 ? 0x80 : 0) | opcode, piece)
    return random() < 0.3 ? [frame, webSocketFrame(0x80 | OPCODES.ping, bytes(random, 0, 125))] : [frame]
  })
}

/** A frame that no well-behaved client sends. */
export function oddFrame(random: Random, payload: Buffer): Buffer {
  const odd = [
    () => webSocketFrame(0x80 | OPCODES.text, payload),
    () => webSocketFrame(0x80 | OPCODES.continuation, payload),
    () => webSocketFrame(0x80 | OPCODES.binary, payload, payload.length, false),
    () => webSocketFrame(0x80 | OPCODES.binary, payload, whole(random, 0, 400_000)),
    () => webSocketFrame(0x80 | OPCODES.binary, payload, 2 ** 53 - 1),
    () => webSocketFrame(0x80 | OPCODES.binary, Buffer.alloc(300_000)),
    () => webSocketFrame(whole(random, 0, 255), payload),
    () => webSocketFrame(0x80 | OPCODES.ping, bytes(random, 100, 200)),
    () => webSocketFrame(0x80 | OPCODES.close, bytes(random, 0, 10)),
    () => webSocketFrame(0x80 | OPCODES.pong, bytes(random, 0, 10)),
    () => bytes(random, 1, 30),
  ]
  return pick(random, odd)()
}
