import { Aedes } from 'aedes'
import { expect } from 'chai'
import { createPersistence } from '../../../broker/gate/persistence.ts'

describe('the persistence of sessions', () => {
  it('keeps no message for a session whose device is away', async () => {
    const persistence = createPersistence(() => true)
    const aedes = await Aedes.createBroker({ persistence })
    const client = { id: 'd' } as never
    await persistence.addSubscriptions(client, [{ topic: 'fleet/v/rejected', qos: 1 }])
    const packet = {
      cmd: 'publish',
      topic: 'fleet/v/rejected',
      payload: 'x',
      qos: 1,
      retain: false,
      dup: false,
    } as const
    await new Promise<void>((resolve) => void aedes.publish(packet, () => resolve()))
    const kept: unknown[] = []
    const { outgoingStream } = persistence as unknown as {
      outgoingStream(client: never): AsyncIterable<unknown>
    }
    for await (const it of outgoingStream.call(persistence, client)) kept.push(it)
    expect(kept).to.deep.equal([])
    await new Promise<void>((resolve) => void aedes.close(() => resolve()))
  })
})
