import { expect } from 'chai'
import { generate } from 'mqtt-packet'
import { Frames } from '../../../../broker/gate/wire/frames.ts'
import { cpuMs } from '../../../support/growth.ts'
import { seeded, whole } from '../../../support/seeded.ts'

const MAX = 300 * 1024

/** Type and flags, the length as MQTT writes it, and a body whose bytes depend on their position. */
function packet(bodyBytes: number, first = 0x30): Buffer {
  const length: number[] = []
  let rest = bodyBytes
  do {
    const low = rest % 128
    rest = Math.floor(rest / 128)
    length.push(rest > 0 ? low | 0x80 : low)
  } while (rest > 0)
  const body = Buffer.alloc(bodyBytes)
  for (let n = 0; n < bodyBytes; n++) body[n] = (n * 31 + bodyBytes) & 0xff
  return Buffer.concat([Buffer.from([first, ...length]), body])
}

interface Taken {
  packets: { hex: string; bodyAt: number }[]
  problem: string | undefined
}

/** Fails if a packet changes after it was returned: its readings are decoded later. */
function takeAll(chunks: readonly Buffer[], packetBytesMax = MAX): Taken {
  const packets: Taken['packets'] = []
  const handed: Buffer[] = []
  const frames = new Frames(packetBytesMax, (bytes, start, bodyAt, end) => {
    const taken = bytes.subarray(start, end)
    expect(taken.length).to.equal(end - start)
    handed.push(taken)
    packets.push({ hex: taken.toString('hex'), bodyAt: bodyAt - start })
  })
  let problem: string | undefined
  for (const chunk of chunks) {
    problem ??= frames.feed(chunk)
    if (problem !== undefined) break
  }
  expect(handed.map((bytes) => bytes.toString('hex'))).to.deep.equal(packets.map(({ hex }) => hex))
  return { packets, problem }
}

function split(stream: Buffer, ...positions: number[]): Buffer[] {
  const edges = [0, ...positions.toSorted((a, b) => a - b), stream.length]
  return edges.slice(1).map((end, n) => Buffer.from(stream.subarray(edges[n], end)))
}

describe('frames', () => {
  const packets = [
    generate({ cmd: 'pingreq' }),
    packet(5),
    generate({
      cmd: 'publish',
      topic: 'fleet/v1/telemetry',
      payload: '{}',
      qos: 1,
      messageId: 7,
      retain: false,
      dup: false,
    }),
    packet(127),
    packet(0, 0xc0),
    packet(128),
    packet(1),
    packet(300),
  ]
  const stream = Buffer.concat(packets)
  const expected = packets.map((it) => ({ hex: it.toString('hex'), bodyAt: it.length > 129 ? 3 : 2 }))

  it('a chunk is cut into the packets it contains', () => {
    expect(takeAll([stream])).to.deep.equal({ packets: expected, problem: undefined })
  })

  it('the same packets come out wherever the stream is split in two', () => {
    for (let at = 0; at <= stream.length; at++) {
      expect(takeAll(split(stream, at)), `split at ${at}`).to.deep.equal({
        packets: expected,
        problem: undefined,
      })
    }
  })

  it('the same packets come out of single bytes', () => {
    const bytes = Array.from(stream, (byte) => Buffer.from([byte]))
    expect(takeAll(bytes)).to.deep.equal({ packets: expected, problem: undefined })
  })

  it('the same packets come out however the stream is split', () => {
    const random = seeded(3)
    for (let n = 0; n < 1000; n++) {
      const positions = Array.from({ length: whole(random, 2, 20) }, () => whole(random, 0, stream.length))
      expect(takeAll(split(stream, ...positions)), positions.join()).to.deep.equal({
        packets: expected,
        problem: undefined,
      })
    }
  })

  it('lengths of one to four bytes are decoded', () => {
    for (const [bytes, bodyAt] of [
      [127, 2],
      [128, 3],
      [16_383, 3],
      [16_384, 4],
      [2_097_151, 4],
      [2_097_152, 5],
    ] as const) {
      const one = packet(bytes)
      for (const chunks of [[one], split(one, 1), split(one, 2, 3, 4, 5, 6), split(one, one.length - 1)]) {
        expect(takeAll(chunks, 4_000_000).packets[0]).to.deep.equal({ hex: one.toString('hex'), bodyAt })
      }
    }
  })

  it('a packet in two parts survives the reuse of the first chunk', () => {
    const chunk = Buffer.concat([packet(3), packet(40).subarray(0, 20)])
    const seen: string[] = []
    const frames = new Frames(MAX, (bytes, start, _bodyAt, end) => {
      seen.push(bytes.toString('hex', start, end))
    })
    frames.feed(chunk)
    chunk.fill(0)
    frames.feed(packet(40).subarray(20))
    expect(seen).to.deep.equal([packet(3).toString('hex'), packet(40).toString('hex')])
  })

  it('a packet within one chunk is returned without a copy', () => {
    const chunk = Buffer.concat([packet(10), packet(20)])
    const places: number[] = []
    new Frames(MAX, (bytes, start, bodyAt, end) => {
      expect(bytes).to.equal(chunk)
      places.push(start, bodyAt, end)
    }).feed(chunk)
    expect(places).to.deep.equal([0, 2, 12, 12, 14, 34])
  })

  describe('the maximum packet size', () => {
    it('a packet of the maximum size is taken, one byte more is refused', () => {
      for (const at of [0, 1, 2, 3, 50, 101]) {
        expect(takeAll(split(packet(98), at), 100), `split at ${at}`).to.have.nested.property(
          'packets.length',
          1,
        )
        expect(takeAll(split(packet(99), at), 100), `split at ${at}`).to.deep.equal({
          packets: [],
          problem: 'packet_too_large',
        })
      }
    })

    it('a larger packet is refused as soon as its length is known', () => {
      const header = packet(200_000).subarray(0, 4)
      for (const chunks of [[header], split(header, 1), split(header, 2), split(header, 1, 2, 3)]) {
        expect(takeAll(chunks, 1000).problem).to.equal('packet_too_large')
      }
      expect(takeAll([header.subarray(0, 3)], 1000).problem).to.equal(undefined)
    })

    it('packets before one that is too large are returned', () => {
      const bad = Buffer.concat([packet(10), packet(20), packet(200)])
      for (let at = 0; at < bad.length; at++) {
        const { packets, problem } = takeAll(split(bad, at), 100)
        expect({ count: packets.length, problem }, `split at ${at}`).to.deep.equal({
          count: 2,
          problem: 'packet_too_large',
        })
      }
    })

    it('larger packets are taken once the maximum is raised', () => {
      const seen: number[] = []
      const frames = new Frames(100, (_bytes, start, _bodyAt, end) => void seen.push(end - start))
      expect(frames.feed(packet(50))).to.equal(undefined)
      frames.packetBytesMax = MAX
      expect(frames.feed(packet(5000))).to.equal(undefined)
      for (const chunk of split(packet(5000), 1, 2000)) expect(frames.feed(chunk)).to.equal(undefined)
      expect(seen).to.deep.equal([52, 5003, 5003])
      expect(frames.feed(packet(MAX))).to.equal('packet_too_large')
    })

    it('a raised maximum applies to a packet whose length arrives after it', () => {
      let count = 0
      const frames = new Frames(100, () => count++)
      const [begin, rest] = split(packet(5000), 2)
      frames.feed(begin ?? Buffer.alloc(0))
      frames.packetBytesMax = MAX
      expect(frames.feed(rest ?? Buffer.alloc(0))).to.equal(undefined)
      expect(count).to.equal(1)
    })
  })

  it('a length of more than four bytes is refused after the packets before it', () => {
    const bad = Buffer.concat([packet(4), Buffer.from([0x30, 0xff, 0xff, 0xff, 0xff, 0x01])])
    for (let at = 0; at <= bad.length; at++) {
      const { packets, problem } = takeAll(split(bad, at))
      expect({ count: packets.length, problem }).to.deep.equal({ count: 1, problem: 'malformed_length' })
    }
    const bytes = Array.from(bad, (byte) => Buffer.from([byte]))
    expect(takeAll(bytes.slice(0, -1)).problem).to.equal('malformed_length')
    expect(takeAll(bytes.slice(0, -2)).problem).to.equal(undefined)
  })

  it('an announced length reserves no memory', () => {
    const announced = 256 * 1024
    const header = packet(announced).subarray(0, 100)
    const bytesBefore = process.memoryUsage().arrayBuffers
    const waiting = Array.from({ length: 400 }, () => {
      const frames = new Frames(MAX, () => {})
      frames.feed(header.subarray(0, 2))
      frames.feed(header.subarray(2))
      return frames
    })
    const bytesReserved = process.memoryUsage().arrayBuffers - bytesBefore
    expect(waiting).to.have.length(400)
    expect(bytesReserved).to.be.below((400 * announced) / 20)
  })

  it('a large packet in many small chunks costs about as much as small packets', () => {
    const large = packet(256 * 1024)
    const small = Buffer.concat(Array.from({ length: 64 }, () => packet(4 * 1024)))
    let seen: Buffer | undefined
    const gatherMs = (packets: Buffer): number => {
      const cpu = process.cpuUsage()
      const frames = new Frames(MAX, (bytes, start, _bodyAt, end) => (seen = bytes.subarray(start, end)))
      for (let at = 0; at < packets.length; at += 16) frames.feed(packets.subarray(at, at + 16))
      return cpuMs(cpu)
    }
    const times = Array.from({ length: 5 }, () => [gatherMs(small), gatherMs(large)] as const)
    expect(seen?.equals(large)).to.equal(true)
    const leastMs = (which: 0 | 1) => Math.min(...times.map((it) => it[which]))
    // Growing by each chunk instead of doubling would copy 2 GB, and take more than ten times as long.
    expect(leastMs(1)).to.be.below(5 * leastMs(0) + 1)
  })
})
