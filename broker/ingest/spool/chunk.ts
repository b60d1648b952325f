import { crc32 } from 'node:zlib'
import { pack, unpack } from 'msgpackr'
import type { Message, Stay } from '../../accept.ts'

/** A message as it was when it could not be stored. */
export interface SpooledMessage extends Message {
  /** the time, in microseconds since 1970, for its readings that have none; part of their identity, so it is kept */
  receivedUs: number
}

/**
 * The key of a chunk; keys are ordered by age. Their figures can be summed up without reading the chunks.
 * `checksum` is the CRC-32 of the value: the store itself has none.
 */
export type ChunkKey = [sequence: number, messages: number, bytes: number, checksum: number]

/** Keeps a chunk well below the size that needs contiguous room in the store. */
const CHUNK_BYTES_MAX = 256 * 1024

/**
 * A message in a chunk. Properties that few messages have are last and are left out otherwise, so that older chunks can be
 * read. An older broker would ignore these properties and store refused messages: drain the spool before a downgrade.
 */
type Packed = [
  vehicleId: number,
  deviceId: number,
  receivedAtMs: number,
  receivedUs: number,
  payload: Buffer,
  unusual?: Unusual,
]

interface Unusual extends Pick<Message, 'refused' | 'replay'> {
  /**
   * stays at the receipt, where a first write may have placed it; a number for those of the message with that place in the chunk
   */
  stays?: readonly Stay[] | number
}

/** Approximate size of a stay here. */
const STAY_BYTES = 100

/** Approximate size of a message in a chunk, after the message `before`. */
export function bytesOf({ payload, stays }: Stayed, before: Stayed | undefined): number {
  return payload.length + (stays === undefined || stays === before?.stays ? 0 : stays.length * STAY_BYTES)
}
type Stayed = Pick<Message, 'payload' | 'stays'>

/** Cuts messages into the values of chunks: MessagePack arrays of `Packed`. */
export function packChunks(messages: readonly SpooledMessage[]): { value: Buffer; messages: number }[] {
  const chunks: { value: Buffer; messages: number }[] = []
  let from = 0
  let bytes = 0
  for (let at = 0; at <= messages.length; at++) {
    const message = messages[at]
    const next = message === undefined ? Infinity : bytesOf(message, messages[at - 1])
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
  const placeOf = new Map<readonly Stay[], number>()
  return pack(messages.map((message, place) => toPacked(message, place, placeOf)))
}

function toPacked(message: SpooledMessage, place: number, placeOf: Map<readonly Stay[], number>): Packed {
  const { vehicleId, deviceId, receivedAtMs, receivedUs, payload, refused, stays, replay } = message
  if (refused === undefined && stays === undefined && replay === undefined)
    return [vehicleId, deviceId, receivedAtMs, receivedUs, payload]
  const unusual: Unusual = { ...(refused && { refused }), ...(replay && { replay }) }
  if (stays !== undefined) {
    unusual.stays = placeOf.get(stays) ?? stays
    if (unusual.stays === stays) placeOf.set(stays, place)
  }
  return [vehicleId, deviceId, receivedAtMs, receivedUs, payload, unusual]
}

/** The messages of a chunk, or its fault as a text. */
export function unpackChunk([, count, bytes, checksum]: ChunkKey, value: Buffer): SpooledMessage[] | string {
  if (value.length !== bytes || checksumOf(value) !== checksum) return 'its checksum is wrong'
  const messages = unpack(value) as Packed[]
  if (messages.length !== count) return `it has ${messages.length} messages instead of ${count}`
  return messages.map(([vehicleId, deviceId, receivedAtMs, receivedUs, payload, unusual]) => {
    const message = { vehicleId, deviceId, receivedAtMs, receivedUs, payload }
    if (unusual === undefined) return message
    const { stays, ...others } = unusual
    const own = typeof stays === 'number' ? messages[stays]?.[5]?.stays : stays
    return { ...message, ...others, ...(typeof own === 'object' && { stays: own }) }
  })
}

export function checksumOf(value: Buffer): number {
  return crc32(value)
}
