import { once } from 'node:events'
import { mkdtempSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect } from 'chai'
import type { Packet } from 'mqtt-packet'
import { WebSocket } from 'ws'
import { openTestBroker } from '../support/broker.ts'
import { logIn, logInRaw } from '../support/clients.ts'

describe('bounds of the broker', () => {
  it('only the owner may access the spool directory', async () => {
    const dataDir = mkdtempSync(join(tmpdir(), 'fleetwire-bounds-'))
    const broker = await openTestBroker({ DATA_DIR: dataDir })
    expect(statSync(join(dataDir, 'spool')).mode & 0o777).to.equal(0o700)
    await broker.close()
    rmSync(dataDir, { recursive: true })
  })

  it('a connection may have at most 100 subscriptions', async () => {
    const broker = await openTestBroker()
    const token = broker.sign({ sub: '1', role: 'admin' })
    const client = await logInRaw(broker, { clientId: 'ui/1/x', token })
    const topicOf = (n: number) => `fleet/v${n}/rejected`
    const subscribe = (messageId: number, ...numbers: number[]): Packet => ({
      cmd: 'subscribe',
      messageId,
      subscriptions: numbers.map((n) => ({ topic: topicOf(n), qos: 0 })),
    })
    // All at once, the last in one packet.
    const single = Array.from({ length: 98 }, (_, n) => subscribe(n + 1, n + 1))
    client.send(...single, subscribe(99, 99, 100, 101, 102))
    expect(await client.next('suback', 98)).to.have.deep.property('granted', [0])
    expect(await client.next('suback', 99)).to.have.deep.property('granted', [0, 0, 128, 128])
    // Repeating a subscription does not count, and an unsubscription makes room.
    client.send(subscribe(100, 7))
    expect(await client.next('suback', 100)).to.have.deep.property('granted', [0])
    client.send({ cmd: 'unsubscribe', messageId: 101, unsubscriptions: [topicOf(7)] })
    await client.next('unsuback')
    client.send(subscribe(102, 103))
    expect(await client.next('suback', 101)).to.have.deep.property('granted', [0])
    client.socket.destroy()
    await broker.close()
  })

  it('before its login a WebSocket may send only little, after it a whole payload', async () => {
    const broker = await openTestBroker()
    const url = `ws://127.0.0.1:${broker.wsPort}/mqtt`
    const webSocket = new WebSocket(url, 'mqtt')
    webSocket.on('error', () => {})
    await once(webSocket, 'open')
    // One message that never ends.
    webSocket.send(Buffer.alloc(200_000), { binary: true, fin: false })
    await once(webSocket, 'close')
    expect(await broker.metric('connections_closed_total', { reason: 'packet_too_large' })).to.equal(1)

    const device = await broker.addDevice()
    const client = await logIn(broker, device, { url })
    await client.publishAsync(device.topic, '{"speed":1}'.padEnd(256 * 1024), { qos: 1 })
    await client.endAsync()
    await broker.close()
  })
})
