import { expect } from 'chai'
import { openTestBroker, type TestBroker, type TestDevice } from '../../support/broker.ts'
import { lockTelemetry, openSession, speedsOf, type QosClient } from '../../support/qos2.ts'

const READING = '{"speed":1}'

/**
 * The point in an exchange at which a device's connection breaks, and the device's next step in the next connection.
 */
const STEPS: {
  step: string
  goesOn: 'publish' | 'pubrel' | 'done'
  until: (client: QosClient, broker: TestBroker) => Promise<void>
}[] = [
  { step: 'before the broker reads its PUBLISH', goesOn: 'publish', until: async () => {} },
  {
    step: 'while its PUBLISH is held',
    goesOn: 'publish',
    until: async (client, broker) => {
      const lock = await lockTelemetry(broker)
      client.publish(1, READING)
      await lock.untilCopyWaits()
      await client.die()
      await lock.unlock()
    },
  },
  {
    step: 'when its reading is stored and its PUBREC is lost',
    goesOn: 'publish',
    until: async (client) => {
      client.publish(1, READING)
      await client.next('pubrec')
    },
  },
  {
    step: 'after its PUBREC',
    goesOn: 'pubrel',
    until: async (client) => {
      client.publish(1, READING)
      await client.next('pubrec')
    },
  },
  {
    step: 'after its PUBREL, whose PUBCOMP is lost',
    goesOn: 'pubrel',
    until: async (client) => {
      client.publish(1, READING)
      await client.next('pubrec')
      client.release(1)
      await client.next('pubcomp')
    },
  },
  {
    step: 'after its PUBCOMP',
    goesOn: 'done',
    until: async (client) => {
      client.publish(1, READING)
      await client.next('pubrec')
      client.release(1)
      await client.next('pubcomp')
    },
  },
]

describe('QoS 2 of devices that die', () => {
  let broker: TestBroker
  let device: TestDevice
  before(async () => {
    broker = await openTestBroker()
  })
  beforeEach(async () => {
    device = await broker.addDevice()
  })
  after(() => broker.close())

  for (const { step, goesOn, until } of STEPS) {
    it(`a device that dies ${step} has its reading stored once, and its next one as well`, async () => {
      const client = await openSession(broker, device)
      await until(client, broker)
      await client.die()
      const again = await openSession(broker, device)
      expect(again.sessionPresent).to.equal(true)
      if (goesOn === 'publish') {
        again.publish(1, READING, { dup: true })
        await again.next('pubrec')
      }
      if (goesOn !== 'done') {
        again.release(1)
        await again.next('pubcomp')
      }
      expect(await speedsOf(broker, device)).to.deep.equal([1])
      // Even with the same bytes: the exchange is complete.
      again.publish(1, READING)
      await again.next('pubrec', goesOn === 'publish' ? 2 : 1)
      expect(await speedsOf(broker, device)).to.deep.equal([1, 1])
      await again.die()
    })

    it(`a device that dies ${step} and loses its session has its next reading stored`, async () => {
      const client = await openSession(broker, device)
      await until(client, broker)
      await client.die()
      const restarted = await openSession(broker, device)
      restarted.publish(1, '{"speed":2}')
      await restarted.next('pubrec')
      const sent = step.startsWith('before') ? [2] : [1, 2]
      expect(await speedsOf(broker, device)).to.deep.equal(sent)
      await restarted.die()
    })
  }
})
