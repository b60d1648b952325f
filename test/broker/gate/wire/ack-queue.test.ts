import { expect } from 'chai'
import { AckQueue, type OwedAck } from '../../../../broker/gate/wire/ack-queue.ts'
import { seeded, whole } from '../../../support/seeded.ts'

/** The packet identifiers in a sequence of PUBACKs; fails if it contains anything else. */
function idsOf(bytes: Buffer | undefined): number[] {
  const ids: number[] = []
  for (let at = 0; at < (bytes?.length ?? 0); at += 4) {
    expect(bytes?.subarray(at, at + 2).toString('hex')).to.equal('4002')
    ids.push(bytes?.readUInt16BE(at + 2) ?? 0)
  }
  return ids
}

describe('the queue of acknowledgements', () => {
  it('a new queue owes nothing', () => {
    expect(new AckQueue().takeDue()).to.equal(undefined)
  })

  it('an acknowledgement is not taken before it is due', () => {
    const queue = new AckQueue()
    queue.add(1)
    expect(queue.takeDue()).to.equal(undefined)
    expect(queue.length).to.equal(1)
  })

  it('PUBACKs are encoded as MQTT prescribes', () => {
    const queue = new AckQueue()
    for (const id of [1, 0x1234, 65_535]) queue.add(id).due = true
    expect(queue.takeDue()?.toString('hex')).to.equal('40020001400212344002ffff')
    expect(queue.length).to.equal(0)
  })

  it('a due acknowledgement waits behind one that is not due', () => {
    const queue = new AckQueue()
    const [first, second, third] = [queue.add(1), queue.add(2), queue.add(3)]
    third.due = true
    second.due = true
    expect(queue.takeDue()).to.equal(undefined)
    first.due = true
    expect(idsOf(queue.takeDue())).to.deep.equal([1, 2, 3])
  })

  it('each acknowledgement is taken once', () => {
    const queue = new AckQueue()
    queue.add(1).due = true
    queue.add(2)
    expect(idsOf(queue.takeDue())).to.deep.equal([1])
    expect(queue.takeDue()).to.equal(undefined)
    expect(queue.length).to.equal(1)
  })

  it('a packet identifier is acknowledged as often as it arrived', () => {
    const queue = new AckQueue()
    for (let n = 0; n < 3; n++) queue.add(7).due = true
    expect(idsOf(queue.takeDue())).to.deep.equal([7, 7, 7])
  })

  it('acknowledgements keep the order of their publishes, whichever is settled first', () => {
    const random = seeded(4)
    const queue = new AckQueue()
    const unsettled: OwedAck[] = []
    const acknowledged: number[] = []
    let added = 0
    for (let step = 0; step < 20_000; step++) {
      const what = random()
      if (what < 0.4) unsettled.push(queue.add(++added))
      else if (what < 0.8) {
        const [ack] = unsettled.splice(whole(random, 0, unsettled.length - 1), 1)
        if (ack) ack.due = true
      } else acknowledged.push(...idsOf(queue.takeDue()))
      const oldest = Math.min(...unsettled.map(({ packetId }) => packetId), added + 1)
      if (what >= 0.8) expect(acknowledged.length).to.equal(oldest - 1)
    }
    for (const ack of unsettled) ack.due = true
    acknowledged.push(...idsOf(queue.takeDue()))
    expect(acknowledged).to.deep.equal(Array.from({ length: added }, (_, n) => n + 1))
  })
})
