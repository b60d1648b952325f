import { expect } from 'chai'
import { createFrameSplitter } from '../../../../broker/gate/wire/frame-splitter.ts'
import { seeded, whole } from '../../../support/seeded.ts'

const PART = 64

/** A frame as a client sends it. */
function frame(first: number, payload: Buffer, isMasked = true): Buffer {
  const length = payload.length
  const long = length > 0xffff ? 127 : length > 125 ? 126 : length
  const size = Buffer.alloc(long === 127 ? 8 : long === 126 ? 2 : 0)
  if (long === 127) size.writeBigUInt64BE(BigInt(length))
  if (long === 126) size.writeUInt16BE(length)
  const mask = isMasked ? Buffer.from([1, 2, 3, 4]) : Buffer.alloc(0)
  const masked = Buffer.from(payload.map((byte, n) => byte ^ (mask[n % 4] ?? 0)))
  return Buffer.concat([Buffer.from([first, long | (isMasked ? 0x80 : 0)]), size, mask, masked])
}

/** The first byte and the payload of each frame in a stream of masked frames. */
function readFrames(bytes: Buffer): [number, Buffer][] {
  const frames: [number, Buffer][] = []
  for (let at = 0; at < bytes.length;) {
    const short = (bytes[at + 1] ?? 0) & 0x7f
    const length =
      short === 127
        ? Number(bytes.readBigUInt64BE(at + 2))
        : short === 126
          ? bytes.readUInt16BE(at + 2)
          : short
    const maskAt = at + 2 + (short === 127 ? 8 : short === 126 ? 2 : 0)
    const payload = Buffer.from(bytes.subarray(maskAt + 4, maskAt + 4 + length)).map(
      (byte, n) => byte ^ (bytes[maskAt + (n % 4)] ?? 0),
    )
    frames.push([bytes[at] ?? 0, Buffer.from(payload)])
    at = maskAt + 4 + length
  }
  return frames
}

describe('the splitter of WebSocket frames', () => {
  const random = seeded(7)
  const payload = (length: number) => Buffer.from(Array.from({ length }, (_, n) => (n * 7 + length) & 0xff))
  const sent: [number, Buffer][] = [
    [0x82, payload(5)],
    [0x82, payload(PART)],
    [0x82, payload(PART + 1)],
    [0x89, payload(0)],
    [0x82, payload(0)],
    [0x82, payload(1000)],
    [0x82, payload(70_000)],
    // Not split: text, fragments, and frames changed by extensions.
    [0x81, payload(300)],
    [0x02, payload(300)],
    [0x80, payload(300)],
    [0xc2, payload(300)],
  ]
  const stream = Buffer.concat(sent.map(([first, it]) => frame(first, it)))

  it('only large binary messages are split, wherever the bytes are cut', () => {
    const expected = sent.flatMap(([first, it]): [number, Buffer][] => {
      if (first !== 0x82 || it.length <= PART) return [[first, it]]
      const parts = Array.from({ length: Math.ceil(it.length / PART) }, (_, n) =>
        it.subarray(n * PART, (n + 1) * PART),
      )
      return parts.map((part) => [first, part])
    })
    for (let run = 0; run < 50; run++) {
      const split = createFrameSplitter(PART)
      const pieces: Buffer[] = []
      for (let at = 0; at < stream.length;) {
        const end = at + (run === 0 ? 1 : run === 1 ? stream.length : whole(random, 1, 3000))
        pieces.push(...split(stream.subarray(at, end)))
        at = end
      }
      expect(pieces.every((it) => it.length > 0)).to.equal(true)
      const found = readFrames(Buffer.concat(pieces))
      expect(found.map(([first, it]) => [first, it.toString('hex')])).to.deep.equal(
        expected.map(([first, it]) => [first, it.toString('hex')]),
      )
    }
  })

  it('a chunk without large messages passes unchanged', () => {
    const chunk = frame(0x82, payload(20))
    expect(createFrameSplitter(PART)(chunk)).to.deep.equal([chunk])
  })

  it('a frame without a mask, which no client may send, passes unchanged', () => {
    const chunk = frame(0x82, payload(200), false)
    expect(Buffer.concat(createFrameSplitter(PART)(chunk))).to.deep.equal(chunk)
  })
})
