import { expect } from 'chai'
import { generate, type Packet } from 'mqtt-packet'
import { findPacketFault } from '../../../../broker/gate/wire/packet-check.ts'

/** The fault of a packet that has two other bytes before and after it; the length of these packets is one byte. */
function faultOf(packet: Buffer): string | undefined {
  const bytes = Buffer.concat([Buffer.from([1, 1]), packet, Buffer.from([1, 1])])
  return findPacketFault(bytes, 2, 4, bytes.length - 2)?.problem
}

const packets: { name: string; packet: Packet; idAt: number }[] = [
  {
    name: 'SUBSCRIBE',
    packet: { cmd: 'subscribe', messageId: 1, subscriptions: [{ topic: 'a', qos: 0 }] },
    idAt: 2,
  },
  { name: 'UNSUBSCRIBE', packet: { cmd: 'unsubscribe', messageId: 1, unsubscriptions: ['a'] }, idAt: 2 },
  ...(['puback', 'pubrec', 'pubrel', 'pubcomp'] as const).map((cmd) => ({
    name: cmd.toUpperCase(),
    packet: { cmd, messageId: 1 } as Packet,
    idAt: 2,
  })),
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

describe('checks of packets', () => {
  for (const { name, packet, idAt } of packets) {
    it(`a ${name} with the identifier 0, or without one, is found`, () => {
      const good = generate(packet)
      expect(faultOf(good)).to.equal(undefined)
      const zero = Buffer.from(good)
      zero.writeUInt16BE(0, idAt)
      expect(faultOf(zero)).to.equal('bad_packet_id')
      expect(faultOf(good.subarray(0, idAt + 1))).to.equal('bad_packet_id')
    })
  }

  it('a packet that needs no identifier passes without one', () => {
    expect(faultOf(generate({ cmd: 'pingreq' }))).to.equal(undefined)
    expect(faultOf(generate({ cmd: 'disconnect' }))).to.equal(undefined)
    const publish = { cmd: 'publish', topic: 'a', qos: 0, payload: '', dup: false, retain: false } as const
    expect(faultOf(generate(publish))).to.equal(undefined)
  })
})
