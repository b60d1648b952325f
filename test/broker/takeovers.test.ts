import { expect } from 'chai'
import { openTestBroker, type TestBroker, type TestDevice } from '../support/broker.ts'
import { logInRaw, openRawClient } from '../support/clients.ts'
import { connectPacket } from '../support/packets.ts'

describe('a client id used by two clients', () => {
  let broker: TestBroker
  let device: TestDevice
  before(async () => {
    broker = await openTestBroker()
  })
  beforeEach(async () => (device = await broker.addDevice()))
  after(() => broker.close())

  const fights = () =>
    broker.log.filter(({ event, clientId }) => event === 'client_id_fight' && clientId === device.clientId)

  async function takeOver(from: string) {
    const client = await openRawClient(broker.mqttPort, from)
    client.send(connectPacket(device))
    await client.next('connack')
    return client
  }

  it('two clients with one client id cause one warning with both addresses, and are counted', async () => {
    const [counted, takeovers] = [
      await broker.metric('client_id_fights_total'),
      await broker.metric('takeovers_total'),
    ]
    let last = await takeOver('127.0.0.1')
    for (let n = 1; n <= 13; n++) {
      const before = last
      last = await takeOver(`127.0.0.${1 + (n % 2)}`)
      await before.closed
    }
    expect(fights()).to.have.length(1)
    expect(fights()[0]).to.include({ takeovers: 4, remoteAddress: '127.0.0.1', otherAddress: '127.0.0.2' })
    expect(await broker.metric('client_id_fights_total')).to.equal(counted + 1)
    expect(await broker.metric('takeovers_total')).to.equal(takeovers + 13)
  })

  it('frequent reconnections of one device cause no warning', async () => {
    const takeovers = await broker.metric('takeovers_total')
    for (let n = 0; n < 8; n++) {
      const client = await logInRaw(broker, device)
      client.send({ cmd: 'disconnect' })
      await client.closed
    }
    for (let n = 0; n < 4; n++) await logInRaw(broker, device)
    expect(fights()).to.deep.equal([])
    expect(await broker.metric('takeovers_total')).to.equal(takeovers + 3)
  })
})
