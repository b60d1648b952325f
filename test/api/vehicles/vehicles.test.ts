import { expect } from 'chai'
import { expectProblem, openFixture, readPages, type Fixture } from '../fixture.ts'

describe('vehicles over the API', () => {
  let fixture: Fixture
  before(async () => (fixture = await openFixture()))
  after(() => fixture.close())
  beforeEach(() => fixture.sql`truncate vehicles cascade`)

  const keysInDatabase = async () => {
    const rows = await fixture.sql<{ key: string }[]>`select key from vehicles order by key`
    return rows.map(({ key }) => key)
  }

  it('a vehicle is created with its location, and shown', async () => {
    const made = await fixture.call('POST', '/api/vehicles', {
      body: { key: 'truck-1', name: 'Müllwagen 🚛' },
    })
    expect(made.status).to.equal(201)
    expect(made.headers.get('location')).to.equal('/api/vehicles/truck-1')
    expect(made.body).to.have.all.keys(
      'key',
      'name',
      'plate',
      'vin',
      'group',
      'tags',
      'attributes',
      'created_at',
    )
    expect(made.body).to.include({ key: 'truck-1', name: 'Müllwagen 🚛' })
    expect(Math.abs(Date.parse(made.body.created_at) - Date.now())).to.be.lessThan(60_000)

    const shown = await fixture.call('GET', '/api/vehicles/truck-1')
    expect(shown.status).to.equal(200)
    expect(shown.body).to.deep.equal(made.body)
  })

  it('all vehicles of an array are created, and answered in its order', async () => {
    const keys = Array.from({ length: 1000 }, (_, n) => `v${(n * 7919) % 1000}`)
    const made = await fixture.call('POST', '/api/vehicles', { body: keys.map((key) => ({ key })) })
    expect(made.status).to.equal(201)
    expect(made.body.map((it: { key: string }) => it.key)).to.deep.equal(keys)
    expect(made.body[0].name).to.equal('')
    expect(await keysInDatabase()).to.have.length(1000)
  })

  it('no vehicle is created when a key is taken, and the error points to it', async () => {
    await fixture.call('POST', '/api/vehicles', { body: { key: 'b' } })
    expectProblem(await fixture.call('POST', '/api/vehicles', { body: { key: 'b' } }), 409, 'conflict', [
      '/key',
    ])
    const many = [{ key: 'a' }, { key: 'b' }, { key: 'c' }]
    expectProblem(await fixture.call('POST', '/api/vehicles', { body: many }), 409, 'conflict', ['/1/key'])
    const twice = [{ key: 'x' }, { key: 'y' }, { key: 'z' }, { key: 'x' }]
    expectProblem(await fixture.call('POST', '/api/vehicles', { body: twice }), 409, 'conflict', ['/3/key'])
    expect(await keysInDatabase()).to.deep.equal(['b'])
  })

  it('one of two concurrent requests for a key wins', async () => {
    const both = [{ body: [{ key: 'p' }, { key: 'q' }] }, { body: [{ key: 'r' }, { key: 'q' }] }]
    const answers = await Promise.all(both.map((call) => fixture.call('POST', '/api/vehicles', call)))
    expect(answers.map(({ status }) => status)).to.have.members([201, 409])
    expect(await keysInDatabase()).to.have.length(2)
  })

  it('both of two concurrent requests settle, whatever the order of their keys', async () => {
    const keys = Array.from({ length: 1000 }, (_, n) => ({ key: `k${n}` }))
    const bodies = [keys, keys.toReversed()]
    const answers = await Promise.all(bodies.map((body) => fixture.call('POST', '/api/vehicles', { body })))
    expect(answers.map(({ status }) => status)).to.have.members([201, 409])
  })

  it('an invalid vehicle is refused with a pointer to every error', async () => {
    const cases: [unknown, string[]][] = [
      [{}, ['/key']],
      [[], ['']],
      ['x', ['']],
      [{ key: 'a b' }, ['/key']],
      [{ key: 'x'.repeat(65) }, ['/key']],
      [{ key: 7 }, ['/key']],
      [{ key: 'a', colour: 'red', 'a/b~c': 1 }, ['/colour', '/a~1b~0c']],
      [{ key: 'a', name: 'nul \0' }, ['/name']],
      [{ key: 'a', name: 'half \ud800' }, ['/name']],
      [{ key: 'a', name: 'x'.repeat(201) }, ['/name']],
      [
        [{ key: 'a' }, { name: 'no key' }, { key: '' }],
        ['/1/key', '/2/key'],
      ],
      [Array.from({ length: 1001 }, (_, n) => ({ key: `k${n}` })), ['']],
      [Array.from({ length: 1001 }, () => 'not even one'), ['']],
    ]
    for (const [body, pointers] of cases) {
      expectProblem(await fixture.call('POST', '/api/vehicles', { body }), 400, 'invalid_request', pointers)
    }
    expect(await keysInDatabase()).to.deep.equal([])
  })

  it('vehicles are listed in pages without gaps or repeats', async () => {
    const keys = Array.from({ length: 25 }, (_, n) => `v-${n}`)
    await fixture.call('POST', '/api/vehicles', { body: keys.map((key) => ({ key })) })
    for (const limit of [1, 7, 24, 25, 1000]) {
      const items = await readPages(fixture, '/api/vehicles', limit)
      expect(items.map(({ key }) => key))
        .to.have.members(keys)
        .and.to.have.length(25)
    }
    const { body } = await fixture.call('GET', '/api/vehicles')
    expect(body.next_cursor).to.equal(null)
  })

  it('bad pages are refused', async () => {
    const device = Buffer.from('device:a').toString('base64url')
    const nul = Buffer.from('vehicle:\0').toString('base64url')
    const cases: [string, string][] = [
      ['limit=0', '/limit'],
      ['limit=1001', '/limit'],
      ['limit=1e2', '/limit'],
      ['limit=', '/limit'],
      ['limit=5&limit=5', '/limit'],
      ['cursor=%21', '/cursor'],
      ['cursor=', '/cursor'],
      [`cursor=${device}`, '/cursor'],
      [`cursor=${nul}`, '/cursor'],
      ['colour=red', '/colour'],
      ['__proto__=1', '/__proto__'],
    ]
    for (const [query, pointer] of cases) {
      expectProblem(await fixture.call('GET', `/api/vehicles?${query}`), 400, 'invalid_request', [pointer])
    }
  })

  it('an unknown vehicle gets 404', async () => {
    expectProblem(await fixture.call('GET', '/api/vehicles/none'), 404, 'not_found')
    expectProblem(await fixture.call('GET', '/api/vehicles/a%00b'), 400, 'invalid_request', ['/key'])
    expectProblem(await fixture.call('GET', '/api/vehicles/%zz'), 400, 'invalid_request')
  })
})
