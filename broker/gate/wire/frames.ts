/** Receives whole MQTT packets: the bytes from `start`, where the fixed header is, up to `end`; the rest is at `bodyAt`. */
export type OnPacket = (bytes: Buffer, start: number, bodyAt: number, end: number) => void

/**
 * Receives the beginning of a PUBLISH that is too large, with its size. Nothing is taken after that. Returns false if the
 * beginning is useless, and the connection must be closed.
 */
export type OnOversize = (
  bytes: Buffer,
  start: number,
  bodyAt: number,
  end: number,
  packetBytes: number,
) => boolean

/** A fault of a stream of bytes at the level of frames; the connection must be closed. */
export type FrameProblem = 'malformed_length' | 'packet_too_large'

/** A fixed header is the packet type and flags, then 1 to 4 bytes of length (MQTT 3.1.1, section 2.2.3). */
const LENGTH_BYTES_MAX = 4
const PUBLISH = 3
/** Bytes that are gathered of a packet that is too large, after its topic: packet identifier and the first KiB of its payload. */
const OVERSIZE_BYTES = 2 + 1024

/**
 * Cuts a stream of bytes into MQTT packets. A packet within one chunk is handed out as a range of the chunk, without a copy. A
 * packet that is spread over chunks is gathered in a buffer that grows with the received bytes, so that an announced length alone
 * reserves nothing.
 */
export class Frames {
  /** the largest packet accepted, in bytes with its header */
  packetBytesMax: number
  /** May be set in `onPacket`: later packets are then kept until `resume`. */
  paused = false
  /** if `undefined`, a packet that is too large is refused as soon as its header has arrived */
  onOversize: OnOversize | undefined
  /** the beginning of a packet that is too large is gathered */
  #isGathering = false
  /** the beginning of a packet that is too large was handed out */
  #isOver = false
  readonly #onPacket: OnPacket
  #partial: Buffer | undefined
  #filled = 0
  /** at most one read of the socket: the caller also pauses the socket */
  #kept: Buffer | undefined

  constructor(packetBytesMax: number, onPacket: OnPacket) {
    this.packetBytesMax = packetBytesMax
    this.#onPacket = onPacket
  }

  /** Takes the next bytes of the stream. Returns their fault, if any, after the packets before it were handed out. */
  feed(chunk: Buffer): FrameProblem | undefined {
    if (this.#isOver) return undefined
    if (this.paused) {
      this.#kept = this.#kept === undefined ? chunk : Buffer.concat([this.#kept, chunk])
      return undefined
    }
    let at = this.#partial === undefined ? 0 : this.#continue(this.#partial, chunk)
    while (typeof at === 'number' && at < chunk.length && !this.paused) at = this.#take(chunk, at)
    if (typeof at !== 'number') return at
    if (at < chunk.length) this.#kept = chunk.subarray(at)
    return undefined
  }

  /** Takes the kept bytes, and then further ones again. Returns their fault, if any. */
  resume(): FrameProblem | undefined {
    this.paused = false
    const kept = this.#kept
    this.#kept = undefined
    return kept === undefined ? undefined : this.feed(kept)
  }

  /** Whether the beginning of a packet that is too large is still gathered. */
  get isBufferingOversize(): boolean {
    return this.#isGathering && !this.#isOver
  }

  /** Hands out the bytes of this beginning that have arrived. */
  endOversize(): FrameProblem | undefined {
    return this.#partial === undefined ? undefined : this.#handOutOversize(this.#partial, this.#filled)
  }

  /** Forgets the kept bytes. */
  clear(): void {
    this.#kept = undefined
    this.#partial = undefined
  }

  /** Handles the packet at `at`; returns where the next packet starts. */
  #take(chunk: Buffer, at: number): number | FrameProblem {
    const header = readHeader(chunk, at, chunk.length)
    if (typeof header === 'string') return header
    if (header === undefined) return this.#keep(chunk, at)
    if (header.bytes > this.packetBytesMax) return this.#takeOversize(chunk, at, header)
    const end = at + header.bytes
    if (end > chunk.length) return this.#keep(chunk, at)
    this.#onPacket(chunk, at, at + header.bodyAt, end)
    return end
  }

  #keep(chunk: Buffer, at: number): number {
    this.#partial = Buffer.from(chunk.subarray(at))
    this.#filled = this.#partial.length
    return chunk.length
  }

  #takeOversize(chunk: Buffer, at: number, header: Header): number | FrameProblem {
    if (!this.#beginOversize(chunk[at] ?? 0)) return 'packet_too_large'
    this.#partial = Buffer.alloc(0)
    this.#filled = 0
    return this.#gatherOversize(this.#partial, chunk, at, header)
  }

  #beginOversize(firstByte: number): boolean {
    this.#isGathering = this.onOversize !== undefined && firstByte >> 4 === PUBLISH
    return this.#isGathering
  }

  /** Adds to the beginning of a packet that is too large; no later packet is taken. */
  #gatherOversize(partial: Buffer, chunk: Buffer, at: number, header: Header): number | FrameProblem {
    let buffer = partial
    let from = at
    let wanted = oversizeBytesOf(buffer, this.#filled, header)
    while (this.#filled < wanted && from < chunk.length) {
      const count = Math.min(wanted - this.#filled, chunk.length - from)
      buffer = withRoom(buffer, this.#filled, count)
      chunk.copy(buffer, this.#filled, from, from + count)
      this.#filled += count
      from += count
      wanted = oversizeBytesOf(buffer, this.#filled, header)
    }
    this.#partial = buffer
    const problem = this.#filled < wanted ? undefined : this.endOversize()
    return problem ?? chunk.length
  }

  #handOutOversize(bytes: Buffer, end: number): FrameProblem | undefined {
    const header = readHeader(bytes, 0, end)
    this.#isOver = true
    this.#partial = undefined
    if (typeof header !== 'object') return 'packet_too_large'
    const isTaken = this.onOversize?.(bytes, 0, header.bodyAt, end, header.bytes) ?? false
    return isTaken ? undefined : 'packet_too_large'
  }

  /** Adds to the partial packet; returns where in the chunk the next packet starts. */
  #continue(partial: Buffer, chunk: Buffer): number | FrameProblem {
    let gathered = this.#filled
    let buffer = partial
    let at = 0
    // The header first: up to 5 bytes, of which at least one has arrived.
    let header = readHeader(buffer, 0, gathered)
    while (header === undefined && at < chunk.length) {
      buffer = withRoom(buffer, gathered, 1)
      buffer[gathered++] = chunk[at++] ?? 0
      header = readHeader(buffer, 0, gathered)
    }
    if (typeof header === 'string') return header
    if (header !== undefined) {
      if (header.bytes > this.packetBytesMax) {
        if (!this.#isGathering && !this.#beginOversize(buffer[0] ?? 0)) return 'packet_too_large'
        this.#filled = gathered
        return this.#gatherOversize(buffer, chunk, at, header)
      }
      const count = Math.min(header.bytes - gathered, chunk.length - at)
      buffer = withRoom(buffer, gathered, count)
      chunk.copy(buffer, gathered, at, at + count)
      gathered += count
      at += count
      if (gathered === header.bytes) {
        this.#partial = undefined
        this.#onPacket(buffer, 0, header.bodyAt, gathered)
        return at
      }
    }
    this.#partial = buffer
    this.#filled = gathered
    return at
  }
}

interface Header {
  bytes: number
  bodyAt: number
}

/** Bytes to gather of a packet that is too large: the length of its topic, 64 KiB at most, comes first. */
function oversizeBytesOf(bytes: Buffer, filled: number, { bytes: packetBytes, bodyAt }: Header): number {
  const topicAt = bodyAt + 2
  const wanted = filled < topicAt ? topicAt : topicAt + bytes.readUInt16BE(bodyAt) + OVERSIZE_BYTES
  return Math.min(packetBytes, wanted)
}

/** The packet's size and where its body starts, both counted from `at`; `undefined` while the header is incomplete. */
function readHeader(bytes: Buffer, at: number, end: number): Header | 'malformed_length' | undefined {
  let length = 0
  let factor = 1
  for (let n = 1; n <= LENGTH_BYTES_MAX; n++) {
    if (at + n >= end) return undefined
    const byte = bytes[at + n] ?? 0
    length += (byte & 0x7f) * factor
    factor *= 128
    if (byte < 0x80) return { bytes: 1 + n + length, bodyAt: 1 + n }
  }
  return 'malformed_length'
}

function withRoom(buffer: Buffer, filled: number, count: number): Buffer {
  if (filled + count <= buffer.length) return buffer
  const larger = Buffer.allocUnsafe(Math.max(buffer.length * 2, filled + count))
  buffer.copy(larger, 0, 0, filled)
  return larger
}
