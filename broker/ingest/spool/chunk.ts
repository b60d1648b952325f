import { crc32 } from 'node:zlib'
import { pack, unpack } from 'msgpackr'
import type { Message } from '../../accept.ts'

/** A message as it was when it could not be stored. */
export interface SpooledMessage extends Message {
  /** the time, in microseconds since 1970, for its readings that have none; part of their identity, so it is kept */
  receivedUs: number
}

/**
 * The key of a chunk, in the order of their age. What stands in it can be summed up without reading the chunks.
 * `checksum` is the CRC-32 of the value: the store itself has none.
 */
export type ChunkKey = [sequence: number, messages: number, bytes: number, checksum: number]

/** Keeps a chunk well under what the store has to find room for in one piece. */
const CHUNK_BYTES_MAX = 256 * 1024

/**
 * A message in a chunk. Properties that few messages have come last and are left out otherwise, so older chunks are read as
 * they are. An older broker would ignore them, and store refused messages: drain the spool before a downgrade.
 */
type Packed = [
  vehicleId: number,
  deviceId: number,
  receivedAtMs: number,
  receivedUs: number,
  payload: Buffer,
  unusual?: Unusual,
]
type Unusual = Pick<Message, 'refused' | 'stays' | 'replay'>

/** Cuts messages into the values of chunks: MessagePack arrays of `Packed`. */
export function packChunks(messages: readonly SpooledMessage[]): { value: Buffer; messages: number }[] {
  const chunks: { value: Buffer; messages: number }[] = []
  let from = 0
  let bytes = 0
  for (let at = 0; at <= messages.length; at++) {
    const next = messages[at]?.payload.length ?? Infinity
    if (at > from && bytes + next > CHUNK_BYTES_MAX) {
      chunks.push({ value: packMessages(messages.slice(from, at)), messages: at - from })
      from = at
      bytes = 0
    }
    bytes += next
  }
  return chunks
}

function packMessages(messages: readonly SpooledMessage[]): Buffer {
  return pack(messages.map(toPacked))
}

function toPacked(message: SpooledMessage): Packed {
  const { vehicleId, deviceId, receivedAtMs, receivedUs, payload } = message
  const unusual = unusualOf(message)
  return [vehicleId, deviceId, receivedAtMs, receivedUs, payload, ...(unusual ? [unusual] : [])] as Packed
}

function unusualOf({ refused, stays, replay }: Unusual): Unusual | undefined {
  if (refused === undefined && stays === undefined && replay === undefined) return undefined
  return { ...(refused && { refused }), ...(stays && { stays }), ...(replay && { replay }) }
}

/** The messages of a chunk, or what is wrong with it. */
export function unpackChunk([, count, bytes, checksum]: ChunkKey, value: Buffer): SpooledMessage[] | string {
  if (value.length !== bytes || checksumOf(value) !== checksum) return 'its checksum is wrong'
  const messages = unpack(value) as Packed[]
  if (messages.length !== count) return `it has ${messages.length} messages instead of ${count}`
  return messages.map(([vehicleId, deviceId, receivedAtMs, receivedUs, payload, unusual]) => ({
    vehicleId,
    deviceId,
    receivedAtMs,
    receivedUs,
    payload,
    ...unusual,
  }))
}

export function checksumOf(value: Buffer): number {
  return crc32(value)
}
