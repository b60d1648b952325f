import { expect } from 'chai'
import { generate, type Packet } from 'mqtt-packet'
import { lacksPacketId } from '../../../broker/gate/packet-check.ts'

/** Whether it lacks one, with two bytes of something else around it; the length of these packets is one byte. */
function lacks(packet: Buffer): boolean {
  const bytes = Buffer.concat([Buffer.from([1, 1]), packet, Buffer.from([1, 1])])
  return lacksPacketId(bytes, 2, 4, bytes.length - 2)
}

const packets: { name: string; packet: Packet; idAt: number }[] = [
  {
    name: 'SUBSCRIBE',
    packet: { cmd: 'subscribe', messageId: 1, subscriptions: [{ topic: 'a', qos: 0 }] },
    idAt: 2,
  },
  { name: 'UNSUBSCRIBE', packet: { cmd: 'unsubscribe', messageId: 1, unsubscriptions: ['a'] }, idAt: 2 },
  ...([1, 2] as const).map((qos) => ({
    name: `PUBLISH with QoS ${qos}`,
    packet: {
      cmd: 'publish',
      topic: 'abc',
      qos,
      messageId: 1,
      payload: '',
      dup: false,
      retain: false,
    } as Packet,
    idAt: 2 + 2 + 3,
  })),
]

describe('a packet identifier', () => {
  for (const { name, packet, idAt } of packets) {
    it(`of 0, or none, is found in ${name}`, () => {
      const good = generate(packet)
      expect(lacks(good)).to.equal(false)
      const zero = Buffer.from(good)
      zero.writeUInt16BE(0, idAt)
      expect(lacks(zero)).to.equal(true)
      expect(lacks(good.subarray(0, idAt + 1))).to.equal(true)
      expect(lacks(good.subarray(0, 2))).to.equal(true)
    })
  }

  it('is not asked of other packets', () => {
    expect(lacks(generate({ cmd: 'pingreq' }))).to.equal(false)
    const publish = { cmd: 'publish', topic: 'a', qos: 0, payload: '', dup: false, retain: false } as const
    expect(lacks(generate(publish))).to.equal(false)
  })
})
