import { expect } from 'chai'
import memory from 'aedes-persistence'
import { boundOutgoing, type Outgoing } from '../../../broker/gate/outgoing-limit.ts'

describe('what a session has not acknowledged', () => {
  const client = { id: 'a' }
  let persistence: Outgoing
  let clear: (clientId: string) => Promise<void>
  beforeEach(() => {
    persistence = (memory as unknown as () => Outgoing)()
    clear = boundOutgoing(persistence)
  })

  const send = (from: number, to: number) =>
    Array.from({ length: to - from }, (_, n) => n + from).reduce<Promise<void>>(
      (before, brokerCounter) =>
        before.then(() =>
          persistence.outgoingEnqueueCombi([{ clientId: 'a' }], { topic: 't', brokerId: 'b', brokerCounter }),
        ),
      Promise.resolve(),
    )
  const counters = async (id = 'a') => {
    const packets: number[] = []
    for await (const packet of persistence.outgoingStream({ id }) as AsyncIterable<{ brokerCounter: number }>)
      packets.push(packet.brokerCounter)
    return packets
  }

  it('is at most 100 messages, the newest', async () => {
    await send(0, 130)
    const kept = await counters()
    expect([kept.length, kept[0], kept.at(-1)]).to.deep.equal([100, 30, 129])
  })

  it('makes room with each acknowledgement', async () => {
    await send(0, 100)
    const outgoing = persistence as Outgoing & { outgoingUpdate(it: object, packet: object): Promise<void> }
    await outgoing.outgoingUpdate(client, { brokerId: 'b', brokerCounter: 7, messageId: 1 })
    expect(await persistence.outgoingClearMessageId(client, { messageId: 1 })).to.include({
      brokerCounter: 7,
    })
    expect(await persistence.outgoingClearMessageId(client, { messageId: 1 })).to.equal(undefined)
    await send(100, 101)
    const kept = await counters()
    expect([kept.length, kept[0], kept.includes(7)]).to.deep.equal([100, 0, false])
  })

  it('is gone with its session, and that of others is not', async () => {
    await send(0, 3)
    await persistence.outgoingEnqueue({ clientId: 'b' }, { topic: 't', brokerId: 'b', brokerCounter: 1 })
    await clear('a')
    expect([await counters('a'), await counters('b')]).to.deep.equal([[], [1]])
  })
})
