import { Aedes, type Client } from 'aedes'
import { expect } from 'chai'
import { createKeptSessions } from '../../../../broker/gate/sessions/kept-sessions.ts'
import { createPersistence } from '../../../../broker/gate/sessions/persistence.ts'

describe('persistence of sessions', () => {
  it('no message is kept for a session whose device is away', async () => {
    const sessions = createKeptSessions({ awayMax: 1, awayMaxMs: 1000, forget: () => {} })
    const persistence = createPersistence({
      isGranted: () => true,
      sessions,
      isDone: () => false,
      released: async () => {},
      cleaned: async () => {},
    })
    const aedes = await Aedes.createBroker({ persistence })
    const client = { id: 'd' } as Client
    await persistence.addSubscriptions(client, [{ topic: 'fleet/v/rejected', qos: 1 }])
    const message = {
      cmd: 'publish',
      topic: 'fleet/v/rejected',
      payload: 'x',
      qos: 1,
      retain: false,
      dup: false,
    } as const
    await new Promise<void>((resolve) => {
      aedes.publish(message, () => resolve())
    })
    const store = persistence as unknown as { outgoingStream: (it: Client) => AsyncIterable<unknown> }
    const kept: unknown[] = []
    for await (const it of store.outgoingStream(client)) kept.push(it)
    expect(kept).to.deep.equal([])
    await new Promise<void>((resolve) => {
      aedes.close(() => resolve())
    })
  })
})
