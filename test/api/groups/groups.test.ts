import { expect } from 'chai'
import { addUser, openFixture, type Fixture } from '../fixture.ts'

describe('groups of vehicles', () => {
  let fixture: Fixture
  let a: { id: number; token: string }
  let b: { id: number; token: string }
  before(async () => (fixture = await openFixture()))
  after(() => fixture.close())
  beforeEach(async () => {
    await fixture.sql`truncate vehicles, devices, grants, groups, audit_log cascade`
    a = await addUser(fixture.sql, 'user')
    b = await addUser(fixture.sql, 'user')
  })

  const post = (token: string | undefined, body: unknown) =>
    fixture.call('POST', '/api/vehicles', { ...(token !== undefined && { token }), body })
  const groupsOf = async (token?: string) => {
    const { body } = await fixture.call('GET', '/api/groups', token === undefined ? {} : { token })
    return body.items.map(({ key, owner, vehicles }: Record<string, unknown>) => [key, owner, vehicles])
  }

  it('belong to the user that names them first', async () => {
    await post(a.token, { key: 'a1', group: 'north' })
    expect(await groupsOf()).to.deep.equal([['north', a.id, 1]])
  })

  it('take no vehicle of another user, whichever way it comes', async () => {
    await post(a.token, { key: 'a1', group: 'north' })
    await post(b.token, { key: 'b1' })
    const one = await post(b.token, { key: 'b2', group: 'north' })
    expect([one.status, one.body.errors]).to.deep.equal([
      400,
      [{ pointer: '/group', detail: '"north" is a group of another user' }],
    ])
    const many = await post(b.token, [{ key: 'b2' }, { key: 'b3', group: 'north' }])
    expect([many.status, many.body.errors[0].pointer]).to.deep.equal([400, '/1/group'])
    const patch = { token: b.token, body: { group: 'north' } }
    const patched = await fixture.call('PATCH', '/api/vehicles/b1', patch)
    expect([patched.status, patched.body.errors[0].pointer]).to.deep.equal([400, '/group'])
    const { body: report } = await fixture.call('POST', '/api/vehicles/import', {
      token: b.token,
      raw: 'key,group\nb2,\nb3,north\n',
      headers: { 'content-type': 'text/csv' },
    })
    expect(report.rows.map((it: { errors: unknown }) => it.errors)).to.deep.equal([
      [],
      [{ pointer: '/group', detail: '"north" is a group of another user' }],
    ])
    const members = await fixture.sql`select key from vehicles where group_key = 'north'`
    expect(members).to.deep.equal([{ key: 'a1' }])
  })

  it('are not made by a request that is refused', async () => {
    await post(a.token, { key: 'a1', group: 'north' })
    await post(b.token, [
      { key: 'b1', group: 'south' },
      { key: 'b2', group: 'north' },
    ])
    expect(await groupsOf()).to.deep.equal([['north', a.id, 1]])
  })

  it('take any vehicle from an administrator, and its owner may leave it there and take it out', async () => {
    await post(a.token, { key: 'a1', group: 'north' })
    await post(b.token, { key: 'b1' })
    await fixture.call('PATCH', '/api/vehicles/b1', { body: { group: 'north' } })
    const rename = await fixture.call('PATCH', '/api/vehicles/b1', {
      token: b.token,
      body: { name: 'x', group: 'north' },
    })
    expect([rename.status, rename.body.group]).to.deep.equal([200, 'north'])
    const out = await fixture.call('PATCH', '/api/vehicles/b1', { token: b.token, body: { group: null } })
    expect([out.status, out.body.group]).to.deep.equal([200, null])
    const back = await fixture.call('PATCH', '/api/vehicles/b1', { token: b.token, body: { group: 'north' } })
    expect(back.status).to.equal(400)
  })

  it('are free when no vehicle and no grant names them, and not before', async () => {
    await post(a.token, { key: 'a1', group: 'north' })
    await fixture.call('POST', '/api/grants', { body: { user: a.id, group: 'north' } })
    await fixture.call('DELETE', '/api/vehicles/a1', { token: a.token })
    expect((await post(b.token, { key: 'b1', group: 'north' })).status).to.equal(400)
    await fixture.sql`delete from grants`
    expect((await post(b.token, { key: 'b1', group: 'north' })).status).to.equal(201)
    expect(await groupsOf()).to.deep.equal([['north', b.id, 1]])
  })

  it('are listed to their owner and to those who see a vehicle of them, who do not learn the owner', async () => {
    await post(a.token, { key: 'a1', group: 'north' })
    expect(await groupsOf(a.token)).to.deep.equal([['north', a.id, 1]])
    expect(await groupsOf(b.token)).to.deep.equal([])
    await fixture.call('POST', '/api/grants', { body: { user: b.id, vehicle: 'a1' } })
    expect(await groupsOf(b.token)).to.deep.equal([['north', null, 1]])
  })

  it('get another owner from an administrator, which is in the audit log', async () => {
    await post(a.token, { key: 'a1', group: 'north' })
    const { status, body } = await fixture.call('PATCH', '/api/groups/north', { body: { owner: b.id } })
    expect([status, body.owner]).to.deep.equal([200, b.id])
    expect((await post(b.token, { key: 'b1', group: 'north' })).status).to.equal(201)
    expect((await post(a.token, { key: 'a2', group: 'north' })).status).to.equal(400)
    const { body: log } = await fixture.call('GET', '/api/audit-log?subject=group:north')
    expect(log.items).to.have.length(1)
    expect(log.items[0]).to.deep.include({ before: { owner: a.id }, after: { owner: b.id } })
  })

  it('of one name that two users use at once belong to one of them', async () => {
    for (let round = 0; round < 10; round++) {
      const group = `g${round}`
      const answers = await Promise.all([
        post(a.token, { key: `a${round}`, group }),
        post(b.token, { key: `b${round}`, group }),
      ])
      expect(answers.map(({ status }) => status)).to.have.members([201, 400])
    }
  })

  it('outlive their owner as the administrators’', async () => {
    await post(a.token, { key: 'a1', group: 'north' })
    await fixture.call('DELETE', `/api/users/${a.id}`)
    expect((await post(b.token, { key: 'b1', group: 'north' })).status).to.equal(400)
    expect((await post(undefined, { key: 'b1', group: 'north' })).status).to.equal(201)
  })
})
