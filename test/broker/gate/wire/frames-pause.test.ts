import { expect } from 'chai'
import { generate } from 'mqtt-packet'
import { Frames } from '../../../../broker/gate/wire/frames.ts'
import { publishPacket } from '../../../support/packets.ts'
import { seeded, whole } from '../../../support/seeded.ts'

describe('paused frames', () => {
  const random = seeded(20_260_101)
  const packets = Array.from({ length: 60 }, (_, n) =>
    generate(publishPacket('t', n + 1, 1, 'x'.repeat(whole(random, 0, 200)))),
  )
  const stream = Buffer.concat(packets)

  it('the same packets are returned in order, however often frames pause or the stream is split', () => {
    for (let round = 0; round < 200; round++) {
      const taken: string[] = []
      const frames = new Frames(1000, (bytes, start, _bodyAt, end) => {
        expect(frames.paused).to.equal(false)
        taken.push(bytes.toString('hex', start, end))
        frames.paused = random() < 0.3
      })
      for (let at = 0; at < stream.length;) {
        const end = at + whole(random, 1, 400)
        expect(frames.feed(stream.subarray(at, end))).to.equal(undefined)
        at = end
        while (frames.paused && random() < 0.5) frames.resume()
      }
      while (frames.paused) frames.resume()
      expect(taken).to.deep.equal(packets.map((it) => it.toString('hex')))
    }
  })

  it('a fault in the kept bytes is reported when frames resume and reach it', () => {
    const frames = new Frames(1000, () => (frames.paused = true))
    expect(frames.feed(Buffer.concat([generate({ cmd: 'pingreq' }), Buffer.alloc(6, 0xff)]))).to.equal(
      undefined,
    )
    expect(frames.resume()).to.equal('malformed_length')
  })

  it('cleared frames return nothing more', () => {
    let taken = 0
    const frames = new Frames(1000, () => {
      taken++
      frames.paused = true
    })
    frames.feed(stream)
    frames.clear()
    frames.resume()
    expect(taken).to.equal(1)
  })
})
