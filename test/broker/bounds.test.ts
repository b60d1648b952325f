import { mkdtempSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect } from 'chai'
import { openTestBroker } from '../support/broker.ts'
import { logInRaw } from '../support/clients.ts'

describe('a broker', () => {
  it('keeps its spool where only its owner can look', async () => {
    const dataDir = mkdtempSync(join(tmpdir(), 'fleetwire-bounds-'))
    const broker = await openTestBroker({ DATA_DIR: dataDir })
    expect(statSync(join(dataDir, 'spool')).mode & 0o777).to.equal(0o700)
    await broker.close()
    rmSync(dataDir, { recursive: true })
  })

  it('grants a connection 100 subscriptions, and not one more', async () => {
    const broker = await openTestBroker()
    const token = broker.sign({ sub: '1', role: 'admin' })
    const client = await logInRaw(broker, { clientId: 'ui/1/x', token } as never)
    for (let n = 1; n <= 101; n++) {
      // One after the other: see docs/security.md on many at once.
      if (n > 1) await client.next('suback', n - 1)
      const topic = `fleet/v${n}/rejected`
      client.send({ cmd: 'subscribe', messageId: n, subscriptions: [{ topic, qos: 0 }] })
    }
    expect(await client.next('suback', 100)).to.have.deep.property('granted', [0])
    expect(await client.next('suback', 101)).to.have.deep.property('granted', [128])
    client.socket.destroy()
    await broker.close()
  })
})
