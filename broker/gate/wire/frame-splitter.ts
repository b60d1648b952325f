/** Returns the bytes of a chunk in pieces, with the frames in it split. */
export type FrameSplitter = (chunk: Buffer) => Buffer[]

/** Two bytes, a length of 8 bytes and a mask (RFC 6455, section 5.2). */
const HEADER_BYTES_MAX = 14
const MASK_BYTES = 4
/** A whole binary message without extensions: FIN and opcode 2. */
const WHOLE_BINARY = 0x82
const IS_MASKED = 0x80
const LENGTH_16 = 126
const LENGTH_64 = 127

/**
 * Splits large binary messages of a WebSocket into several, as they arrive. The end of a WebSocket message means nothing to MQTT
 * [MQTT-6.0.0-4], but `ws` buffers each message whole before any of its bytes can be read. With parts, a packet that is too large
 * is recognised by its header, and no message holds more memory than a part.
 * @param partBytes a multiple of 4, so that each part begins with the first byte of the mask
 */
export function createFrameSplitter(partBytes: number): FrameSplitter {
  const header = Buffer.alloc(HEADER_BYTES_MAX)
  let filled = 0
  /** bytes of the payload before the next header, the client's or an inserted one */
  let left = 0
  /** bytes of the split frame behind the next header */
  let remaining = 0
  let mask = Buffer.alloc(0)

  function nextPart(): Buffer {
    left = Math.min(partBytes, remaining)
    remaining -= left
    const start = Buffer.alloc(10)
    start[0] = WHOLE_BINARY
    start[1] = IS_MASKED | LENGTH_64
    start.writeBigUInt64BE(BigInt(left), 2)
    return Buffer.concat([start, mask])
  }

  function begin(chunk: Buffer, from: number, at: number, pieces: Buffer[]): number {
    const length = lengthOf(header)
    // Bytes of the header from earlier chunks were held back.
    const here = Math.min(filled, at)
    const isSplit =
      header[0] === WHOLE_BINARY && isMasked(header) && length > partBytes && Number.isSafeInteger(length)
    const isHeldBack = filled > here
    if (!isSplit) left = length
    if (isSplit || isHeldBack) pieces.push(chunk.subarray(from, at - here))
    if (isSplit) {
      mask = Buffer.from(header.subarray(filled - MASK_BYTES, filled))
      remaining = length
      pieces.push(nextPart())
    } else if (isHeldBack) pieces.push(Buffer.from(header.subarray(0, filled)))
    filled = 0
    return isSplit || isHeldBack ? at : from
  }

  return (chunk) => {
    const pieces: Buffer[] = []
    let from = 0
    let at = 0
    while (at < chunk.length) {
      if (left > 0) {
        const count = Math.min(left, chunk.length - at)
        at += count
        left -= count
        if (left > 0 || remaining === 0) continue
        pieces.push(chunk.subarray(from, at), nextPart())
        from = at
      } else {
        header[filled++] = chunk[at++] ?? 0
        if (filled === headerBytesOf(header, filled)) from = begin(chunk, from, at, pieces)
      }
    }
    pieces.push(chunk.subarray(from, chunk.length - Math.min(filled, chunk.length)))
    return pieces.filter((it) => it.length > 0)
  }
}

/** The size of a header of which the first `filled` bytes are known. */
function headerBytesOf(header: Buffer, filled: number): number {
  if (filled < 2) return 2
  const short = (header[1] ?? 0) & 0x7f
  const lengthBytes = short === LENGTH_64 ? 8 : short === LENGTH_16 ? 2 : 0
  return 2 + lengthBytes + (isMasked(header) ? MASK_BYTES : 0)
}

function isMasked(header: Buffer): boolean {
  return ((header[1] ?? 0) & IS_MASKED) !== 0
}

function lengthOf(header: Buffer): number {
  const short = (header[1] ?? 0) & 0x7f
  if (short === LENGTH_64) return Number(header.readBigUInt64BE(2))
  return short === LENGTH_16 ? header.readUInt16BE(2) : short
}
