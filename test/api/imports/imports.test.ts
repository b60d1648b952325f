import { expect } from 'chai'
import { addUser, expectProblem, openFixture, type Fixture } from '../fixture.ts'

describe('imports', () => {
  let fixture: Fixture
  before(async () => (fixture = await openFixture()))
  after(() => fixture.close())
  beforeEach(() => fixture.sql`truncate vehicles, devices cascade`)

  const post = (what: string, raw: string, more: { token?: string } = {}) =>
    fixture.call('POST', `/api/${what}`, { raw, headers: { 'content-type': 'text/csv' }, ...more })
  const read = async (path: string) => (await fixture.call('GET', path)).body

  it("a spreadsheet's CSV creates vehicles", async () => {
    const text = '\ufeffkey;name;tags;attributes.seats\r\nv1;"Müller; Söhne";van|cold;3\r\n\r\nv2;;;\r\n'
    const { status, body } = await post('vehicles/import', text)
    expect(status).to.equal(200)
    expect(body).to.deep.equal({
      created: 2,
      refused: 0,
      rows: [
        { line: 2, key: 'v1', status: 'created', errors: [] },
        { line: 4, key: 'v2', status: 'created', errors: [] },
      ],
    })
    const first = { name: 'Müller; Söhne', tags: ['van', 'cold'], attributes: { seats: '3' } }
    expect(await read('/api/vehicles/v1')).to.deep.include(first)
    expect(await read('/api/vehicles/v2')).to.deep.include({ name: '', tags: [], attributes: {} })
  })

  it('each bad row gets its errors, and the other rows are created', async () => {
    await fixture.call('POST', '/api/vehicles', { body: { key: 'taken' } })
    const text = 'key,vin\nv1,\na b,\nv1,\ntaken,\nv2,IOQ\n,\nv3,WVWZZZ1JZXW000001\n'
    const { body } = await post('vehicles/import', text)
    expect([body.created, body.refused]).to.deep.equal([2, 5])
    const told = body.rows.map((row: { line: number; status: string; errors: { pointer: string }[] }) => [
      row.line,
      row.status,
      row.errors.map(({ pointer }) => pointer),
    ])
    expect(told).to.deep.equal([
      [2, 'created', []],
      [3, 'refused', ['/key']],
      [4, 'refused', ['/key']],
      [5, 'refused', ['/key']],
      [6, 'refused', ['/vin']],
      [7, 'refused', ['/key']],
      [8, 'created', []],
    ])
    expect((await read('/api/vehicles')).items).to.have.length(3)
  })

  it('only a row with another number of cells is refused', async () => {
    const { body } = await post('vehicles/import', 'key,name\nv1,A\nv2\nv3,B,C\nv4,D\n')
    expect(body.rows.map((row: { status: string }) => row.status)).to.deep.equal([
      'created',
      'refused',
      'refused',
      'created',
    ])
    const detail = 'has more or fewer cells than the first line'
    expect(body.rows[1]).to.deep.include({ line: 3, key: 'v2', errors: [{ pointer: '', detail }] })
    expect((await read('/api/vehicles')).items).to.have.length(2)
  })

  it("devices are created only in the user's own vehicles", async () => {
    const { token } = await addUser(fixture.sql, 'user')
    await fixture.call('POST', '/api/vehicles', { token, body: { key: 'own' } })
    await fixture.call('POST', '/api/vehicles', { body: { key: 'foreign' } })
    const { body } = await post('devices/import', 'key,serial,vehicle\nd1,77,own\nd2,78,foreign\nd3,79,\n', {
      token,
    })
    expect(body.rows.map((row: { status: string }) => row.status)).to.deep.equal([
      'created',
      'refused',
      'created',
    ])
    expect(body.rows[1].errors[0].pointer).to.equal('/vehicle')
    expect(await read('/api/devices/d1')).to.include({ serial: '77', vehicle: 'own' })
  })

  it('dry_run creates nothing', async () => {
    const { body } = await post('vehicles/import?dry_run=true', 'key\nv1\na b\n')
    expect([body.created, body.refused]).to.deep.equal([1, 1])
    expect((await read('/api/vehicles')).items).to.deep.equal([])
  })

  it('dry_run reports taken keys and unknown vehicles', async () => {
    await fixture.call('POST', '/api/vehicles', { body: { key: 'taken' } })
    await fixture.call('POST', '/api/devices', { body: { key: 'd1' } })
    for (const [what, text] of [
      ['vehicles', 'key,name\r\ntaken,\r\nnew,"two\r\nlines"\r\nnewer,\r\n'],
      ['devices', 'key,vehicle\nd1,\nd2,none\nd3,taken\n'],
    ] as const) {
      const tried = await post(`${what}/import?dry_run=true`, text)
      const done = await post(`${what}/import`, text)
      expect(tried.body).to.deep.equal(done.body)
      expect(done.body.created).to.equal(1)
      expect(done.body.rows.map((row: { line: number }) => row.line)).to.deep.equal(
        what === 'vehicles' ? [2, 3, 5] : [2, 3, 4],
      )
    }
  })

  it('an import accepts ten thousand rows, and not one more', async () => {
    const text = `key,name\n${Array.from({ length: 10_000 }, (_, n) => `v${n},N ${n}`).join('\n')}`
    expect((await post('vehicles/import', text)).body.created).to.equal(10_000)
    expectProblem(await post('vehicles/import', `${text}\nv10000,x`), 400, 'invalid_request')
  })

  it('a text that is not CSV, has other columns or has no rows is refused', async () => {
    for (const text of [
      '',
      'key',
      'key,colour\nv1,red\n',
      'key,key\na,b\n',
      'key\n"a\n',
      'key,__proto__\na,b\n',
    ]) {
      expectProblem(await post('vehicles/import', text), 400, 'invalid_request')
    }
    const json = await fixture.call('POST', '/api/vehicles/import', { body: [{ key: 'v1' }] })
    expectProblem(json, 415, 'unsupported_media_type')
  })
})
