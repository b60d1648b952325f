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

  it('a group belongs to the user who names it first', async () => {
    await post(a.token, { key: 'a1', group: 'north' })
    expect(await groupsOf()).to.deep.equal([['north', a.id, 1]])
  })

  it("no route lets a user put a vehicle into another user's group", async () => {
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

  it('a refused request creates no group', async () => {
    await post(a.token, { key: 'a1', group: 'north' })
    await post(b.token, [
      { key: 'b1', group: 'south' },
      { key: 'b2', group: 'north' },
    ])
    expect(await groupsOf()).to.deep.equal([['north', a.id, 1]])
  })

  it('an administrator may put any vehicle into a group, and its owner may remove it', async () => {
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

  it('a group is free only when no vehicle and no grant names it', async () => {
    await post(a.token, { key: 'a1', group: 'north' })
    await fixture.call('POST', '/api/grants', { body: { user: a.id, group: 'north' } })
    await fixture.call('DELETE', '/api/vehicles/a1', { token: a.token })
    expect((await post(b.token, { key: 'b1', group: 'north' })).status).to.equal(400)
    await fixture.sql`delete from grants`
    expect((await post(b.token, { key: 'b1', group: 'north' })).status).to.equal(201)
    expect(await groupsOf()).to.deep.equal([['north', b.id, 1]])
  })

  it("a group's owner sees it with the owner; users who see its vehicles see it without", async () => {
    await post(a.token, { key: 'a1', group: 'north' })
    expect(await groupsOf(a.token)).to.deep.equal([['north', a.id, 1]])
    expect(await groupsOf(b.token)).to.deep.equal([])
    await fixture.call('POST', '/api/grants', { body: { user: b.id, vehicle: 'a1' } })
    expect(await groupsOf(b.token)).to.deep.equal([['north', null, 1]])
  })

  it("an administrator may change a group's owner, and the change is in the audit log", async () => {
    await post(a.token, { key: 'a1', group: 'north' })
    const { status, body } = await fixture.call('PATCH', '/api/groups/north', { body: { owner: b.id } })
    expect([status, body.owner]).to.deep.equal([200, b.id])
    expect((await post(b.token, { key: 'b1', group: 'north' })).status).to.equal(201)
    expect((await post(a.token, { key: 'a2', group: 'north' })).status).to.equal(400)
    const { body: log } = await fixture.call('GET', '/api/audit-log?subject=group:north')
    expect(log.items).to.have.length(1)
    expect(log.items[0]).to.deep.include({ before: { owner: a.id }, after: { owner: b.id } })
  })

  it('a group that two users name at the same time belongs to one of them', async () => {
    for (let round = 0; round < 10; round++) {
      const group = `g${round}`
      const answers = await Promise.all([
        post(a.token, { key: `a${round}`, group }),
        post(b.token, { key: `b${round}`, group }),
      ])
      expect(answers.map(({ status }) => status)).to.have.members([201, 400])
    }
  })

  it('a group of a deleted user is left to the administrators', async () => {
    await post(a.token, { key: 'a1', group: 'north' })
    await fixture.call('DELETE', `/api/users/${a.id}`)
    expect((await post(b.token, { key: 'b1', group: 'north' })).status).to.equal(400)
    expect((await post(undefined, { key: 'b1', group: 'north' })).status).to.equal(201)
  })
})
