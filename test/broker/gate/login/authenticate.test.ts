import { randomUUID } from 'node:crypto'
import { expect } from 'chai'
import { createAuthenticate } from '../../../../broker/gate/login/authenticate.ts'
import { openRegistry } from '../../../../broker/registry/registry.ts'
import { makeClaims } from '../../../../contract/claims.ts'
import { createJwt } from '../../../../kit/jwt.ts'
import { createLog } from '../../../../kit/log.ts'
import { connect } from '../../../../sql/connect.ts'
import { openTestDatabase } from '../../../support/database.ts'
import { eventually } from '../../../support/eventually.ts'

describe('a login in progress', () => {
  it('a token revoked while its device is looked up is refused', async () => {
    const db = await openTestDatabase()
    const sql = connect({ url: db.url, max: 1, applicationName: 'registry' })
    const registry = await openRegistry({ sql, log: createLog('test', 'silent') })
    const jwt = createJwt('a secret of at least thirty-two characters')
    const authenticate = createAuthenticate({ jwt, registry })
    const [jti, nowS] = [randomUUID(), Math.floor(Date.now() / 1000)]
    const claims = makeClaims({ sub: 'd1', role: 'device', aud: 'mqtt', jti, nowS, lifetimeS: 60 })
    await db.sql.begin(async (tx) => {
      // Without the triggers, so that the registry has to query the database for the device.
      await tx`set local session_replication_role = replica`
      await tx`insert into vehicles (key) values ('v')`
      await tx`insert into devices (key, vehicle_id) select 'd1', id from vehicles`
      await tx`
        insert into device_tokens (jti, device_id, issued_at, expires_at)
        select ${jti}, id, now(), now() + interval '1 minute' from devices`
    })

    let login: Promise<unknown> | undefined
    await db.sql.begin(async (tx) => {
      await tx`lock table devices in access exclusive mode`
      login = authenticate('d1', Buffer.from(jwt.sign(claims)))
      await db.sql`update device_tokens set revoked_at = now() where jti = ${jti}`
      await eventually('the registry knows of the revocation', () => registry.isRevoked(jti))
    })
    expect(await login).to.include({ reason: 'token_revoked' })

    registry.close()
    await sql.end({ timeout: 1 })
    await db.drop()
  })
})
