import { randomBytes, randomUUID } from 'node:crypto'
import { makeClaims } from '../../contract/claims.ts'
import { createJwt } from '../../kit/jwt.ts'
import { openTestDatabase, type TestDatabase } from '../support/database.ts'
import { openProxy, type Proxy } from '../support/proxy.ts'
import { eventually } from '../support/eventually.ts'
import { openBrokerApart, openBrokerHere, type BrokerUnderTest } from './broker-under-test.ts'

/** Brokers on one database behind a proxy, against which many sequences are run. */
export interface World {
  db: TestDatabase
  brokers: BrokerUnderTest[]
  /** between the brokers and the database, but not between the tests and the database */
  proxy: Proxy
  /** whether `telemetry` has the column `nth` */
  hasOrdinals: boolean
  /** A token of a device, or with the audience `intake` of the API itself. */
  sign(subject: string, audience: 'mqtt' | 'intake'): string
  /** Resolves when the spools of all brokers are empty. */
  drained(): Promise<void>
  close(): Promise<void>
}

export interface WorldOptions {
  brokers: number
  /** each broker in a separate process, so that it can be killed */
  apart?: boolean
  settings?: Record<string, string>
}

const LIFETIME_S = 7 * 86_400
/** A failed batch is retried after up to half a minute. */
const DRAIN_DEADLINE_MS = 150_000

export async function openWorld({ brokers: count, apart, settings = {} }: WorldOptions): Promise<World> {
  const secret = randomBytes(32).toString('hex')
  const jwt = createJwt(secret)
  const db = await openTestDatabase()
  const url = new URL(db.url)
  const proxy = await openProxy(Number(url.port))
  url.port = String(proxy.port)
  const brokers: BrokerUnderTest[] = []
  const open = apart ? openBrokerApart : openBrokerHere
  for (let n = 0; n < count; n++) brokers.push(await open({ databaseUrl: url.href, secret, settings }))
  // A value that the database refuses and the broker accepts; the rows around it must not be affected.
  await db.sql`alter table telemetry add constraint model_poison check (status is distinct from 'poison')`
  const ordinals = await db.sql`
    select from information_schema.columns where table_name = 'telemetry' and column_name = 'nth'`

  async function inSpool(broker: BrokerUnderTest): Promise<number> {
    const response = await fetch(`http://127.0.0.1:${broker.statusPort()}/metrics`)
    const text = await response.text()
    const value = (name: string) =>
      Number(new RegExp(`^fleetwire_${name} (\\S+)$`, 'm').exec(text)?.[1] ?? NaN)
    return value('spool_messages') + value('database_away')
  }

  return {
    db,
    brokers,
    proxy,
    hasOrdinals: ordinals.length > 0,
    sign(subject, audience) {
      const nowS = Math.floor(Date.now() / 1000)
      const role = audience === 'mqtt' ? 'device' : 'service'
      const claims = {
        sub: subject,
        role,
        aud: audience,
        jti: randomUUID(),
        nowS,
        lifetimeS: LIFETIME_S,
      } as const
      return jwt.sign(makeClaims(claims))
    },
    async drained() {
      for (const broker of brokers) {
        const isEmpty = async () => (await inSpool(broker)) === 0
        await eventually('the spool is drained', isEmpty, DRAIN_DEADLINE_MS).catch((error: unknown) => {
          throw new Error(`${String(error)}; the broker says\n${broker.complaints().join('')}`, {
            cause: error,
          })
        })
      }
    },
    async close() {
      await proxy.forward()
      for (const broker of brokers) await broker.close()
      await proxy.close()
      await db.drop()
    },
  }
}
