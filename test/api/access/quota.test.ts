import { expect } from 'chai'
import { addUser, expectProblem, openFixture, type Fixture } from '../fixture.ts'

describe('quotas of a user', () => {
  let fixture: Fixture
  let token: string
  before(async () => (fixture = await openFixture({ quotas: { vehiclesMax: 3, devicesMax: 2 } })))
  after(() => fixture.close())
  beforeEach(async () => {
    await fixture.sql`truncate vehicles, devices, grants, audit_log cascade`
    ;({ token } = await addUser(fixture.sql, 'user'))
  })

  for (const [what, max] of [
    ['vehicles', 3],
    ['devices', 2],
  ] as const) {
    const post = (body: unknown) => fixture.call('POST', `/api/${what}`, { token, body })
    const keys = async () =>
      (await fixture.sql<{ key: string }[]>`select key from ${fixture.sql(what)} order by key`).map(
        ({ key }) => key,
      )

    it(`a user may own a bounded number of ${what}, and deleting one makes room`, async () => {
      for (let n = 0; n < max; n++) expect((await post({ key: `k${n}` })).status).to.equal(201)
      const refused = await post({ key: 'more' })
      expectProblem(refused, 403, 'forbidden')
      expect(refused.body.detail).to.equal(`you may own at most ${max} ${what}, and can create 0 more`)
      await fixture.call('DELETE', `/api/${what}/k0`, { token })
      expect((await post({ key: 'more' })).status).to.equal(201)
    })

    it(`an array beyond the bound on ${what} is refused as a whole, and an import only in part`, async () => {
      const many = Array.from({ length: max + 1 }, (_, n) => ({ key: `k${n}` }))
      expectProblem(await post(many), 403, 'forbidden')
      expect(await keys()).to.deep.equal([])
      const { body } = await fixture.call('POST', `/api/${what}/import`, {
        token,
        raw: ['key', ...many.map(({ key }) => key), ''].join('\n'),
        headers: { 'content-type': 'text/csv' },
      })
      expect([body.created, body.refused]).to.deep.equal([max, 1])
      expect(body.rows.at(-1).errors).to.deep.equal([
        { pointer: '', detail: `you may own at most ${max} ${what}, and can create ${max} more` },
      ])
    })

    it(`the bound on ${what} holds for requests that arrive together`, async () => {
      const answers = await Promise.all(Array.from({ length: 8 }, (_, n) => post({ key: `k${n}` })))
      expect(answers.filter(({ status }) => status === 201)).to.have.length(max)
    })

    it(`administrators may create ${what} without a bound`, async () => {
      const many = Array.from({ length: max + 1 }, (_, n) => ({ key: `k${n}` }))
      expect((await fixture.call('POST', `/api/${what}`, { body: many })).status).to.equal(201)
    })
  }
})
