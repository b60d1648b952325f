import { expect } from 'chai'
import { openTestBroker, type TestBroker, type TestDevice } from '../support/broker.ts'
import { logInRaw, openRawClient, type RawClient } from '../support/clients.ts'
import { eventually } from '../support/eventually.ts'
import { connectPacket } from '../support/packets.ts'

describe('failed logins of one address', () => {
  let broker: TestBroker
  let device: TestDevice
  before(async () => {
    broker = await openTestBroker()
    device = await broker.addDevice()
  })
  after(() => broker.close())

  async function fail(localAddress = '127.0.0.1'): Promise<RawClient> {
    const client = await openRawClient(broker.mqttPort, localAddress)
    client.send(connectPacket({ clientId: device.clientId, token: 'secret' }))
    return client
  }

  async function msToFail(localAddress?: string): Promise<number> {
    const startMs = performance.now()
    const client = await fail(localAddress)
    await client.closed
    expect(client.count('connack')).to.equal(1)
    return performance.now() - startMs
  }

  it('failed logins are delayed from the 11th on, valid ones and other addresses are not', async () => {
    for (let n = 0; n < 10; n++) await msToFail()
    expect(await broker.metric('logins_delayed_total')).to.equal(0)
    for (let n = 11; n <= 13; n++) expect(await msToFail()).to.be.greaterThan((n - 10) * 100 - 5)
    expect(await broker.metric('logins_delayed_total')).to.equal(3)
    const good = await logInRaw(broker, device)
    await msToFail('127.0.0.2')
    expect(await broker.metric('logins_delayed_total')).to.equal(3)
    good.socket.destroy()
  })

  it('too many failed logins are closed unanswered, while a valid one still succeeds', async () => {
    const clients: RawClient[] = []
    const closed = () => broker.metric('connections_closed_total', { reason: 'too_many_bad_logins' })
    for (let n = 0; n < 115; n++) clients.push(await fail())
    await eventually('ten connections are closed for too many bad logins', async () => (await closed()) >= 10)
    const last = await fail()
    await last.closed
    expect(last.count('connack')).to.equal(0)
    const delayed = await broker.metric('logins_delayed_total')
    const good = await logInRaw(broker, device)
    expect(await broker.metric('logins_delayed_total')).to.equal(delayed)
    good.socket.destroy()
    for (const { socket } of clients) socket.destroy()
  })
})
