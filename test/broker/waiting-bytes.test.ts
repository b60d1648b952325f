import { expect } from 'chai'
import { openTestBroker, type TestBroker } from '../support/broker.ts'
import { logInRaw, type RawClient } from '../support/clients.ts'
import { eventually } from '../support/eventually.ts'

const DEVICES = 60
const MESSAGES = 120
const MEBIBYTE = 1024 * 1024

describe('the limit of waiting bytes', () => {
  let broker: TestBroker
  before(async () => {
    // In this test the database stalls for longer than the usual limit.
    broker = await openTestBroker({ WAITING_BYTES_MAX: String(MEBIBYTE), COMMIT_TIMEOUT_MS: '60000' })
  })
  after(() => broker.close())

  it('no device is read beyond the limit, and all readings are stored once there is room', async function () {
    this.timeout(60_000)
    const devices = await Promise.all(Array.from({ length: DEVICES }, () => broker.addDevice()))
    const clients: RawClient[] = []
    for (const device of devices) clients.push(await logInRaw(broker, device))
    const session = await broker.db.sql.reserve()
    await session`begin`
    await session`lock table telemetry in access exclusive mode`

    const extra = Object.fromEntries(Array.from({ length: 5 }, (_, n) => [`s${n}`, 'x'.repeat(250)]))
    for (const [d, client] of clients.entries()) {
      const topic = devices[d]?.topic ?? ''
      const packets = Array.from({ length: MESSAGES }, (_, n) => {
        // Blanks are not part of a row, so the waiting bytes are those that were sent.
        const payload = JSON.stringify({ time: 1_767_225_600_000 + n, speed: 1, extra }).padEnd(8000)
        return {
          cmd: 'publish',
          topic,
          qos: 1,
          messageId: n + 1,
          retain: false,
          dup: false,
          payload,
        } as const
      })
      client.send(...packets)
    }
    const held = () => broker.metric('connections_held_back', { reason: 'pressure' })
    await eventually('no connection is read', async () => (await held()) === DEVICES)
    let most = 0
    const look = async () => (most = Math.max(most, await broker.metric('messages_waiting_bytes')))
    await look()
    await session`commit`
    session.release()
    await eventually(
      'all messages are acknowledged',
      async () => {
        await look()
        return clients.every((client) => client.count('puback') === MESSAGES)
      },
      40_000,
    )
    expect(await held()).to.equal(0)
    expect(most).to.be.within(MEBIBYTE, 2.5 * MEBIBYTE)
    for (const client of clients) client.socket.destroy()
  })
})
