import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect } from 'chai'
import { openReceipts, type ReceiptStore } from '../../../broker/ingest/receipts.ts'
import { createLog } from '../../../kit/log.ts'
import { openTestBroker, type TestBroker, type TestDevice } from '../../support/broker.ts'
import { logIn } from '../../support/clients.ts'
import { openSession, speedsOf } from '../../support/qos2.ts'

describe('QoS 2 while the disk with the receipts is slow', () => {
  let dataDir: string
  let receipts: ReceiptStore
  let broker: TestBroker
  let device: TestDevice
  let flush: () => void
  let flushed: Promise<void>

  before(async () => {
    dataDir = mkdtempSync(join(tmpdir(), 'fleetwire-flushes-'))
    const opened = await openReceipts({ dataDir, log: createLog('test', 'silent') })
    receipts = {
      ...opened,
      keep: (...receipt) => flushed.then(() => opened.keep(...receipt)),
      release: (...receipt) => flushed.then(() => opened.release(...receipt)),
    }
    broker = await openTestBroker({}, undefined, { receipts }, { receipts })
  })
  beforeEach(async () => {
    flushed = new Promise((resolve) => (flush = resolve))
    device = await broker.addDevice()
  })
  after(async () => {
    await broker.close()
    await receipts.close()
    rmSync(dataDir, { recursive: true })
  })

  it('a message is not stored before its receipt is on the disk', async () => {
    const client = await openSession(broker, device)
    const other = await logIn(broker, await broker.addDevice({ vehicleId: device.vehicleId }))
    client.publish(5, '{"speed":1}')
    await broker.metric('connections')
    await other.publishAsync(device.topic, '{"speed":2}', { qos: 1 })
    expect(await speedsOf(broker, device)).to.deep.equal([2])
    flush()
    await client.next('pubrec')
    expect(await speedsOf(broker, device)).to.have.members([1, 2])
    await client.die()
    await other.endAsync()
  })

  it('the PUBCOMP of a message waits until its receipt is released', async () => {
    const client = await openSession(broker, device)
    client.publish(5, '{"speed":1,"time":1767225600000}')
    await client.next('pubrec')
    client.release(5)
    client.publish(6, '{"speed":2,"time":1767225600001}', { qos: 1 })
    await client.next('puback')
    expect(client.count('pubcomp')).to.equal(0)
    flush()
    await client.next('pubcomp')
    await client.die()
  })
})
