import { expect } from 'chai'
import { addUser, expectProblem, openFixture, waitForLocks, type Answer, type Fixture } from '../fixture.ts'

describe('changes of vehicles and devices', () => {
  let fixture: Fixture
  before(async () => (fixture = await openFixture()))
  after(() => fixture.close())
  beforeEach(() => fixture.sql`truncate vehicles, devices, grants, audit_log, telemetry cascade`)

  const vehicle = {
    key: 'v1',
    name: 'One',
    plate: 'B-FW 1',
    vin: 'WVWZZZ1JZXW000001',
    group: 'north',
    tags: ['van'],
    attributes: { seats: 3, colour: 'red', cooled: true },
  }
  const waitsForLocks = (count: number) => waitForLocks(fixture.sql, count)
  const patch = (path: string, body: unknown, headers = {}) => fixture.call('PATCH', path, { body, headers })

  it('a merge patch removes what is null and keeps what is absent', async () => {
    const { body: made } = await fixture.call('POST', '/api/vehicles', { body: vehicle })
    expect(made).to.deep.include(vehicle)
    const change = { name: 'Two', plate: null, group: null, tags: [], attributes: { colour: null, seats: 2 } }
    const changed = await patch('/api/vehicles/v1', change)
    expect(changed.status).to.equal(200)
    const attributes = { seats: 2, cooled: true }
    expect(changed.body).to.deep.equal({ ...made, name: 'Two', plate: '', group: null, tags: [], attributes })
    expect((await fixture.call('GET', '/api/vehicles/v1')).body).to.deep.equal(changed.body)
    const headers = { 'content-type': 'application/merge-patch+json' }
    const cleared = await patch('/api/vehicles/v1', { vin: null, attributes: null }, headers)
    expect(cleared.body).to.deep.include({ vin: '', attributes: {} })
    expect((await patch('/api/vehicles/v1', { tags: null })).body.tags).to.deep.equal([])
  })

  it('an invalid change is refused with a pointer to the error', async () => {
    await fixture.call('POST', '/api/vehicles', { body: vehicle })
    const cases: [object, string[]][] = [
      [{ key: 'a b' }, ['/key']],
      [{ vin: 'O' }, ['/vin']],
      [{ group: 'a b' }, ['/group']],
      [{ tags: ['a', 'a'] }, ['/tags']],
      [{ attributes: { deep: {} } }, ['/attributes/deep']],
    ]
    for (const [body, pointers] of cases) {
      expectProblem(await patch('/api/vehicles/v1', body), 400, 'invalid_request', pointers)
    }
    expectProblem(await patch('/api/vehicles/none', { name: 'x' }), 404, 'not_found')
  })

  it('a change cannot add more attributes than a new vehicle may have', async () => {
    const many = (from: number) =>
      Object.fromEntries(Array.from({ length: 50 }, (_, n) => [`a${from + n}`, n]))
    await fixture.call('POST', '/api/vehicles', { body: { key: 'v1', attributes: many(0) } })
    expectProblem(await patch('/api/vehicles/v1', { attributes: many(50) }), 400, 'invalid_request', [
      '/attributes',
    ])
    const { body } = await fixture.call('GET', '/api/vehicles/v1')
    expect(Object.keys(body.attributes)).to.have.length(50)
  })

  it('a change with If-Match applies only to the version that was read', async () => {
    const made = await fixture.call('POST', '/api/vehicles', { body: vehicle })
    const tag = made.headers.get('etag') ?? ''
    expect((await fixture.call('GET', '/api/vehicles/v1')).headers.get('etag')).to.equal(tag)
    const first = await patch('/api/vehicles/v1', { name: 'A' }, { 'if-match': tag })
    expect(first.headers.get('etag')).not.to.equal(tag)
    for (const stale of [tag, 'W/"2"', '"x"', '']) {
      const answer = await patch('/api/vehicles/v1', { name: 'B' }, { 'if-match': stale })
      expectProblem(answer, 412, 'precondition_failed')
    }
    expectProblem(
      await fixture.call('DELETE', '/api/vehicles/v1', { headers: { 'if-match': tag } }),
      412,
      'precondition_failed',
    )
    const tags = `"99", ${first.headers.get('etag')}`
    expect((await patch('/api/vehicles/v1', { name: 'C' }, { 'if-match': tags })).status).to.equal(200)
    expect((await patch('/api/vehicles/v1', { name: 'D' }, { 'if-match': '*' })).status).to.equal(200)
  })

  it('an ETag does not match a vehicle re-created under the same key', async () => {
    const { headers } = await fixture.call('POST', '/api/vehicles', { body: vehicle })
    await fixture.call('DELETE', '/api/vehicles/v1')
    await fixture.call('POST', '/api/vehicles', { body: vehicle })
    const match = { 'if-match': headers.get('etag') ?? '' }
    expectProblem(await patch('/api/vehicles/v1', { name: 'A' }, match), 412, 'precondition_failed')
  })

  it('an ETag does not match a device that has lost its vehicle', async () => {
    await fixture.call('POST', '/api/vehicles', { body: vehicle })
    const { headers } = await fixture.call('POST', '/api/devices', { body: { key: 'd1', vehicle: 'v1' } })
    await fixture.call('DELETE', '/api/vehicles/v1')
    expect((await fixture.call('GET', '/api/devices/d1')).body.vehicle).to.equal(null)
    const match = { 'if-match': headers.get('etag') ?? '' }
    expectProblem(await patch('/api/devices/d1', { name: 'A' }, match), 412, 'precondition_failed')
  })

  it('a concurrent rename of a device keeps it in the vehicle it was moved to', async () => {
    await fixture.call('POST', '/api/vehicles', { body: [vehicle, { key: 'v2' }] })
    await fixture.call('POST', '/api/devices', { body: { key: 'd1', vehicle: 'v1' } })
    let moving: Promise<Answer> | undefined
    let naming: Promise<Answer> | undefined
    await fixture.sql.begin(async (tx) => {
      await tx`select from devices where key = 'd1' for update`
      moving = patch('/api/devices/d1', { vehicle: 'v2' })
      await waitsForLocks(1)
      naming = patch('/api/devices/d1', { name: 'A' })
      await waitsForLocks(2)
    })
    expect((await moving)?.body).to.include({ vehicle: 'v2' })
    expect((await naming)?.body).to.include({ vehicle: 'v2', name: 'A' })
    expect((await fixture.call('GET', '/api/devices/d1')).body).to.include({ vehicle: 'v2', name: 'A' })
  })

  it('one of two concurrent changes with the same If-Match wins', async () => {
    const { headers } = await fixture.call('POST', '/api/vehicles', { body: vehicle })
    const match = { 'if-match': headers.get('etag') ?? '' }
    const answers = await Promise.all(['A', 'B'].map((name) => patch('/api/vehicles/v1', { name }, match)))
    expect(answers.map(({ status }) => status)).to.have.members([200, 412])
  })

  it("a deleted vehicle's readings are kept unless an administrator also deletes them", async () => {
    const owner = await addUser(fixture.sql, 'user')
    const { token } = owner
    for (const key of ['v1', 'v2']) {
      await fixture.call('POST', '/api/vehicles', { token, body: { key } })
      await fixture.sql`
        insert into telemetry (vehicle_id, time, received_at, speed)
        select id, '2026-01-01', now(), 1 from vehicles where key = ${key}`
    }
    const readings = async () => (await fixture.sql`select from telemetry`).length
    expect((await fixture.call('DELETE', '/api/vehicles/v1', { token })).status).to.equal(204)
    expectProblem(await fixture.call('GET', '/api/vehicles/v1', { token }), 404, 'not_found')
    expect(await readings()).to.equal(2)
    const path = '/api/vehicles/v2?history=delete'
    expectProblem(await fixture.call('DELETE', path, { token }), 403, 'forbidden', ['/history'])
    expect((await fixture.call('DELETE', path)).status).to.equal(204)
    expect(await readings()).to.equal(1)
  })

  it('a device is moved to another vehicle, and out of all', async () => {
    await fixture.call('POST', '/api/vehicles', { body: [{ key: 'v1' }, { key: 'v2' }] })
    const { body: made } = await fixture.call('POST', '/api/devices', {
      body: { key: 'd1', serial: '00:11:22:33:44:55', firmware: '1.0', vehicle: 'v1' },
    })
    expect(made).to.include({ serial: '00:11:22:33:44:55', firmware: '1.0' })
    expect((await patch('/api/devices/d1', { vehicle: 'v2' })).body).to.deep.equal({ ...made, vehicle: 'v2' })
    expectProblem(await patch('/api/devices/d1', { vehicle: 'none' }), 400, 'invalid_request', ['/vehicle'])
    expect((await patch('/api/devices/d1', { vehicle: null, firmware: null })).body).to.include({
      vehicle: null,
      firmware: '',
      serial: '00:11:22:33:44:55',
    })
    expect((await fixture.call('DELETE', '/api/devices/d1')).status).to.equal(204)
    expectProblem(await fixture.call('GET', '/api/devices/d1'), 404, 'not_found')
  })

  it("a device's tokens are listed without their secrets, and all revoked", async () => {
    await fixture.call('POST', '/api/devices', { body: { key: 'd1' } })
    const made = []
    for (let n = 0; n < 3; n++) made.push((await fixture.call('POST', '/api/devices/d1/tokens')).body)
    const list = async () => (await fixture.call('GET', '/api/devices/d1/tokens')).body.items
    const items = await list()
    expect(items.map((it: { jti: string }) => it.jti)).to.have.members(made.map(({ jti }) => jti))
    expect(items[0]).to.have.all.keys(
      'device',
      'jti',
      'issued_at',
      'expires_at',
      'revoked_at',
      'last_used_at',
    )
    expect((await fixture.call('DELETE', `/api/devices/d1/tokens/${made[0].jti}`)).status).to.equal(204)
    expect((await fixture.call('DELETE', '/api/devices/d1/tokens')).body).to.deep.equal({ revoked: 2 })
    for (const token of await list()) expect(token.revoked_at).to.be.a('string')
  })

  it('changes are in the audit log with caller, time, before and after, and no secret', async () => {
    const owner = await addUser(fixture.sql, 'user')
    const headers = { 'x-request-id': 'audit-1' }
    await fixture.call('POST', '/api/vehicles', { token: owner.token, body: vehicle, headers })
    await patch('/api/vehicles/v1', { name: 'Two' })
    await patch('/api/vehicles/v1', { name: 7 })
    await fixture.call('POST', '/api/devices', { body: { key: 'd1', vehicle: 'v1' } })
    const { body: token } = await fixture.call('POST', '/api/devices/d1/tokens')
    await fixture.call('DELETE', `/api/devices/d1/tokens/${token.jti}`)
    await fixture.call('DELETE', '/api/vehicles/v1')
    const { body } = await fixture.call('GET', '/api/audit-log')
    const told = body.items.map(({ actor, action, subject }: Record<string, string>) => [
      actor,
      action,
      subject,
    ])
    expect(told.toReversed()).to.deep.equal([
      [`user:${owner.id}`, 'vehicle.create', 'vehicle:v1'],
      ['user:1', 'vehicle.update', 'vehicle:v1'],
      ['user:1', 'device.create', 'device:d1'],
      ['user:1', 'token.issue', 'device:d1'],
      ['user:1', 'token.revoke', 'device:d1'],
      ['user:1', 'vehicle.delete', 'vehicle:v1'],
    ])
    const [created, updated] = body.items.toReversed()
    expect(created).to.deep.include({ before: null, after: vehicle, request_id: 'audit-1' })
    expect(updated).to.deep.include({ before: vehicle, after: { ...vehicle, name: 'Two' } })
    expect(JSON.stringify(body)).not.to.include(token.token.split('.')[2])
    const { body: some } = await fixture.call('GET', '/api/audit-log?subject=vehicle:v1&actor=user:1&limit=1')
    expect(some.items.map((it: { action: string }) => it.action)).to.deep.equal(['vehicle.delete'])
    expect(some.next_cursor).to.be.a('string')
  })
})
