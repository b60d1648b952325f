import { expect } from 'chai'
import { createRuleSettings } from '../../../insight/settings/rules.ts'
import { addUser, openFixture, type Fixture } from '../../api/fixture.ts'

describe('rules of vehicles, as insight reads them', () => {
  let fixture: Fixture
  let a: { id: number; token: string }
  let ids: Record<string, number>
  before(async () => (fixture = await openFixture()))
  after(() => fixture.close())
  beforeEach(async () => {
    await fixture.sql`truncate rules, vehicles, devices, grants, groups, telemetry_changes cascade`
    a = await addUser(fixture.sql, 'user')
    await fixture.call('POST', '/api/vehicles', { body: [{ key: 'v1', group: 'north' }, { key: 'v2' }] })
    const rows = await fixture.sql<{ id: number; key: string }[]>`select id, key from vehicles`
    ids = Object.fromEntries(rows.map(({ id, key }) => [key, id]))
  })

  const cache = () => createRuleSettings()
  const id = (key: string) => ids[key] ?? 0
  const post = (body: object, token?: string) =>
    fixture.call('POST', '/api/rules', {
      ...(token !== undefined && { token }),
      body: { kind: 'overspeed', params: { limit: 90 }, scope: { all: true }, ...body },
    })
  const patch = (path: string, body: object) => fixture.call('PATCH', path, { body })
  /** limits of the speed rules of a vehicle at a time */
  const limitsAt = async (settings: ReturnType<typeof cache>, key: string, timeMs: number) => {
    const timeline = (await settings.load(fixture.sql, [id(key)])).get(id(key))
    return timeline?.at(timeMs).rules.map((it) => (it.kind === 'overspeed' ? it.limit : it.kind))
  }
  /** vehicles in the notes since the last call */
  const notes = async () => {
    const rows = await fixture.sql<
      { vehicle_ids: number[] }[]
    >`delete from telemetry_changes returning vehicle_ids`
    return rows.flatMap((it) => it.vehicle_ids)
  }

  it('a late reading is judged by what was valid at its time', async () => {
    await post({ key: 'fast' })
    const firstMs = Date.now()
    await patch('/api/rules/fast', { params: { limit: 70 } })
    const secondMs = Date.now()
    await patch('/api/vehicles/v1', { attributes: { speed_limit: 50 } })
    const thirdMs = Date.now()
    await fixture.call('DELETE', '/api/rules/fast')
    const settings = cache()
    const limits = [firstMs - 3_600_000, firstMs, secondMs, thirdMs, Date.now() + 1000].map((it) =>
      limitsAt(settings, 'v1', it),
    )
    expect(await Promise.all(limits)).to.deep.equal([[], [90], [70], [50], []])
    expect(await limitsAt(settings, 'v2', thirdMs)).to.deep.equal([70])
  })

  it('rules are read again after each change, and vehicles after a note', async () => {
    const settings = cache()
    const nowMs = Date.now() + 60_000
    expect(await limitsAt(settings, 'v1', nowMs)).to.deep.equal([])
    await post({ key: 'fast', scope: { groups: ['north'] } })
    await notes()
    expect(await limitsAt(settings, 'v1', nowMs)).to.deep.equal([90])
    expect(await limitsAt(settings, 'v2', nowMs)).to.deep.equal([])
    await patch('/api/vehicles/v2', { group: 'north' })
    expect(await limitsAt(settings, 'v2', nowMs)).to.deep.equal([])
    settings.forget(await notes())
    expect(await limitsAt(settings, 'v2', nowMs)).to.deep.equal([90])
  })

  it("a user's rule follows the grants and the deletion of the user", async () => {
    const settings = cache()
    await post({ key: 'mine' }, a.token)
    const laterMs = () => Date.now() + 60_000
    expect(await limitsAt(settings, 'v1', laterMs())).to.deep.equal([])
    const grantedFromMs = Date.now()
    const grant = await fixture.call('POST', '/api/grants', { body: { user: a.id, group: 'north' } })
    settings.forget(await notes())
    expect(await limitsAt(settings, 'v1', laterMs())).to.deep.equal([90])
    expect(await limitsAt(settings, 'v1', grantedFromMs - 1000)).to.deep.equal([])
    const grantedMs = Date.now()
    await fixture.call('DELETE', `/api/grants/${grant.body.id}`)
    settings.forget(await notes())
    expect(await limitsAt(settings, 'v1', laterMs())).to.deep.equal([])
    expect(await limitsAt(settings, 'v1', grantedMs)).to.deep.equal([90])
    await fixture.call('POST', '/api/grants', { body: { user: a.id, vehicle: 'v1' } })
    settings.forget(await notes())
    expect(await limitsAt(settings, 'v1', laterMs())).to.deep.equal([90])
    await fixture.call('DELETE', `/api/users/${a.id}`)
    const noted = await notes()
    expect(noted).to.include(id('v1'))
    settings.forget(noted)
    expect(await limitsAt(settings, 'v1', laterMs())).to.deep.equal([])
  })

  it('memory is limited, and deleted vehicles are left out', async () => {
    await post({ key: 'fast' })
    const settings = createRuleSettings({ vehiclesMax: 1 })
    const all = await settings.load(fixture.sql, [id('v1'), id('v2')])
    expect([...all.keys()]).to.have.members([id('v1'), id('v2')])
    await fixture.call('DELETE', '/api/vehicles/v1')
    expect(await settings.load(fixture.sql, [id('v1')])).to.have.property('size', 0)
  })
})
