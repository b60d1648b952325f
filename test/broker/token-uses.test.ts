import { randomUUID } from 'node:crypto'
import { expect } from 'chai'
import { createTokenUses } from '../../broker/registry/token-uses.ts'
import { vehicleTopic } from '../../contract/topics.ts'
import { createLog } from '../../kit/log.ts'
import { openTestBroker, type TestBroker, type TestDevice } from '../support/broker.ts'
import { logIn } from '../support/clients.ts'
import { openTestDatabase, type TestDatabase } from '../support/database.ts'
import { eventually } from '../support/eventually.ts'
import { deviceToken, makeKeyPair } from '../support/signing.ts'

describe('last use of tokens', () => {
  const ec = makeKeyPair()
  let db: TestDatabase
  let broker: TestBroker
  let device: TestDevice
  before(async () => {
    db = await openTestDatabase()
  })
  beforeEach(async () => {
    // Each test closes the broker, so that all uses are written.
    broker = await openTestBroker({}, db)
    device = await broker.addDevice({ publicKey: ec.publicKey })
  })
  after(() => db.drop())

  /** Issues a token as the API does. */
  async function issue({ clientId } = device): Promise<{ jti: string; token: string }> {
    const jti = randomUUID()
    await db.sql`
      insert into device_tokens (jti, device_id, issued_at, expires_at)
      select ${jti}, id, now(), now() + interval '1 minute' from devices where key = ${clientId}`
    return { jti, token: broker.sign({ sub: clientId, jti }) }
  }
  const usedMs = async (jti: string) => {
    const [row] = await db.sql<
      { at: Date | null }[]
    >`select last_used_at as at from device_tokens where jti = ${jti}`
    return row?.at?.getTime()
  }

  it('the last use is the time of the last login, written some seconds later', async () => {
    const [used, unused] = [await issue(), await issue()]
    const beforeMs = Date.now()
    const client = await logIn(broker, { ...device, token: used.token })
    const afterMs = Date.now()
    const ms = await eventually('the use is written', () => usedMs(used.jti))
    expect(ms).to.be.within(beforeMs, afterMs)
    expect(await usedMs(unused.jti)).to.equal(undefined)
    await client.endAsync()
    await broker.close()
  })

  it('a renewal counts as a use, a refused login does not', async () => {
    const [first, renewed, other] = [await issue(), await issue(), await issue()]
    const client = await logIn(broker, { ...device, token: first.token })
    await client.publishAsync(vehicleTopic(device.vehicle, 'session'), renewed.token, { qos: 1 })
    const refused = await logIn(broker, { clientId: 'another', token: other.token }).catch(() => undefined)
    expect(refused).to.equal(undefined)
    await client.endAsync()
    await broker.close()
    expect(await usedMs(first.jti)).to.be.a('number')
    expect(await usedMs(renewed.jti)).to.be.a('number')
    expect(await usedMs(other.jti)).to.equal(undefined)
  })

  it('self-signed and unlisted tokens change no last use', async () => {
    const { jti } = await issue()
    const other = await broker.addDevice()
    const used = await issue(other)
    for (const token of [
      deviceToken(device.clientId, ec, { jti }),
      broker.sign({ sub: device.clientId, jti: 'this is no UUID' }),
      broker.sign({ sub: device.clientId }),
    ]) {
      const client = await logIn(broker, { ...device, token })
      await client.endAsync()
    }
    const client = await logIn(broker, { ...other, token: used.token })
    await client.endAsync()
    await broker.close()
    expect(await usedMs(jti)).to.equal(undefined)
    expect(await usedMs(used.jti)).to.be.a('number')
  })

  describe('writes of the last use', () => {
    const log = createLog('broker', 'silent')
    afterEach(() => broker.close())
    const use = async (jti: string) => {
      const uses = createTokenUses({ sql: db.sql, log })
      uses.note(jti)
      await uses.close()
    }

    it('the last use is written at most once a minute', async () => {
      const { jti } = await issue()
      const set = (secondsAgo: number) => db.sql`
        update device_tokens set last_used_at = now() - make_interval(secs => ${secondsAgo}) where jti = ${jti}`
      await set(50)
      const before = await usedMs(jti)
      await use(jti)
      expect(await usedMs(jti)).to.equal(before)
      await set(70)
      await use(jti)
      expect(Date.now() - ((await usedMs(jti)) ?? 0)).to.be.lessThan(5000)
    })

    it('a locked token is skipped, and no write is announced', async () => {
      const [locked, free] = [await issue(), await issue()]
      const heard: string[] = []
      const listening = await db.sql.listen('registry', (payload) => heard.push(payload))
      await db.sql.begin(async (tx) => {
        await tx`select from device_tokens where jti = ${locked.jti} for update`
        const uses = createTokenUses({ sql: db.sql, log })
        uses.note(locked.jti)
        uses.note(free.jti)
        await uses.close()
      })
      expect(await usedMs(locked.jti)).to.equal(undefined)
      expect(await usedMs(free.jti)).to.be.a('number')
      await db.sql`select pg_notify('registry', 'end')`
      await eventually('the last notification', () => heard.includes('end'))
      expect(heard).to.deep.equal(['end'])
      await listening.unlisten()
    })

    it('only a limited number of tokens is written together', async () => {
      const tokens = [await issue(), await issue(), await issue()]
      const uses = createTokenUses({ sql: db.sql, log, tokensMax: 2 })
      for (const { jti } of [...tokens, ...tokens]) uses.note(jti)
      await uses.close()
      const written = await Promise.all(tokens.map(({ jti }) => usedMs(jti)))
      expect(written.map((ms) => ms !== undefined)).to.deep.equal([true, true, false])
    })
  })
})
