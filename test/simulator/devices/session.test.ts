import { expect } from 'chai'
import { createDevice, type Device, type Message } from '../../../simulator/devices/device.ts'
import type { Crash } from '../../../simulator/devices/message.ts'
import { createSlots } from '../../../simulator/devices/slots.ts'
import { openSessionBroker } from './session-broker.ts'

const message = (id: number, crash?: Crash): Message => ({
  id,
  payload: `${id}`,
  readings: 1,
  sentMs: 0,
  acked: false,
  ...(crash && { crash }),
})
const publish = (id: number, payload: string, connection: number, dup = false) => ({
  connection,
  cmd: 'publish',
  id,
  dup,
  payload,
})
const pubrel = (id: number, connection: number) => ({ connection, cmd: 'pubrel', id })

describe("persistent sessions of the simulator's devices", () => {
  let broker: Awaited<ReturnType<typeof openSessionBroker>>
  let device: Device
  let done: number[]
  let resent: number[][]

  function open(qos: 1 | 2, persistentSessions = true): void {
    device = createDevice({
      credentials: { clientId: 'd', userName: 'd', token: 't', vehicle: 'v' },
      broker: broker.url,
      qos,
      persistentSessions,
      slots: createSlots(1),
      random: () => 0,
      events: {
        done: ({ id }) => done.push(id),
        resending: (messages) => resent.push(messages.map((it) => it.id)),
        connected: () => {},
        disconnected: () => {},
        failed: () => {},
      },
    })
    device.open()
  }
  const untilCame = (connection: number, cmd: string, count = 1) =>
    broker.until((all) => all.filter((it) => it.connection === connection && it.cmd === cmd).length >= count)

  beforeEach(async () => {
    broker = await openSessionBroker()
    done = []
    resent = []
  })
  afterEach(async () => {
    await device.close()
    broker.cut()
    broker.close()
  })

  it('unreceived messages are resent with packet id and DUP if the broker kept the session', async () => {
    broker.answers.pubrec = false
    open(2)
    for (const id of [7, 8]) device.send(message(id))
    await untilCame(1, 'publish', 2)
    Object.assign(broker.answers, { sessionPresent: true, pubrec: true })
    broker.cut()
    await untilCame(2, 'pubrel', 2)
    expect(broker.of(2).slice(0, 2)).to.deep.equal([publish(1, '7', 2, true), publish(2, '8', 2, true)])
    expect([done, resent]).to.deep.equal([[7, 8], [[7, 8]]])
    expect(broker.cleans()).to.deep.equal([false, false])
  })

  it('received messages are released again, and no longer published', async () => {
    broker.answers.pubcomp = false
    open(2)
    device.send(message(7))
    await untilCame(1, 'pubrel')
    expect(done, 'acknowledged by PUBREC').to.deep.equal([7])
    Object.assign(broker.answers, { sessionPresent: true, pubcomp: true })
    device.send(message(8))
    await untilCame(1, 'publish', 2)
    broker.cut()
    device.send(message(9))
    await untilCame(2, 'publish')
    expect(broker.of(2).slice(0, 2)).to.deep.equal([pubrel(1, 2), pubrel(2, 2)])
    expect(broker.of(2)[2]?.payload).to.equal('9')
    expect(device.outstanding()).to.be.at.most(1)
  })

  it('packet ids start again, without DUP, if the broker has no session', async () => {
    broker.answers.pubrec = false
    open(2)
    device.send(message(7))
    await untilCame(1, 'publish')
    broker.answers.pubrec = true
    broker.cut()
    await untilCame(2, 'pubrel')
    expect(broker.of(2)[0]).to.deep.equal(publish(1, '7', 2))
    expect([done, resent]).to.deep.equal([[7], [[7]]])
  })

  it('a clean session closed during its login publishes nothing', async () => {
    broker.answers.connack = false
    open(1, false)
    device.send(message(7))
    await untilCame(1, 'connect')
    await device.close()
    await broker.connackAndEnd()
    expect(broker.of(1)).to.deep.equal([])
  })

  it('a PUBACK acknowledges a QoS 1 message in a persistent session', async () => {
    open(1)
    device.send(message(7))
    await untilCame(1, 'publish')
    broker.cut()
    device.send(message(8))
    await untilCame(2, 'publish')
    expect(broker.of(2)).to.have.length(1)
    expect(done[0]).to.equal(7)
  })

  const crashes: Record<Crash['step'], { before: string[]; after: string[] }> = {
    published: { before: ['publish'], after: ['publish', 'pubrel'] },
    received: { before: ['publish'], after: ['pubrel'] },
    released: { before: ['publish', 'pubrel'], after: ['pubrel'] },
  }
  for (const [step, { before, after }] of Object.entries(crashes)) {
    it(`a device that dies after its message is ${step} continues from there`, async () => {
      Object.assign(broker.answers, { pubrec: step !== 'published', pubcomp: false })
      open(2)
      device.send(message(7, { step: step as Crash['step'], forgets: false }))
      await untilCame(1, before.at(-1) ?? '')
      Object.assign(broker.answers, { sessionPresent: true, pubrec: true, pubcomp: true })
      await untilCame(2, after.at(-1) ?? '')
      expect(broker.of(1).map((it) => it.cmd)).to.deep.equal(before)
      expect(broker.of(2).map((it) => it.cmd)).to.deep.equal(after)
      expect(done).to.deep.equal([7])
    })
  }

  it('a device that forgets its session sends unacknowledged messages as new ones', async () => {
    broker.answers.pubrec = false
    open(2)
    device.send(message(6))
    device.send(message(7, { step: 'published', forgets: true }))
    await untilCame(1, 'publish', 2)
    broker.answers.pubrec = true
    await untilCame(2, 'pubrel', 2)
    expect(broker.of(2).slice(0, 2)).to.deep.equal([publish(1, '6', 2), publish(2, '7', 2)])
    expect([done, resent]).to.deep.equal([[6, 7], [[6, 7]]])
  })

  it('a device that forgot its session makes the broker forget it as well', async () => {
    broker.answers.pubrec = false
    open(2)
    device.send(message(7, { step: 'published', forgets: true }))
    await untilCame(1, 'publish')
    Object.assign(broker.answers, { sessionPresent: true, pubrec: true })
    await untilCame(3, 'pubrel')
    expect(broker.cleans()).to.deep.equal([false, false, true])
    expect(broker.of(2)).to.deep.equal([])
    expect(broker.of(3)[0]).to.deep.equal(publish(1, '7', 3))
    expect(done).to.deep.equal([7])
  })
})
