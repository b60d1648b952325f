import { expect } from 'chai'
import { expectProblem } from '../fixture.ts'
import { at, openHistoryFixture, type HistoryFixture } from './history-fixture.ts'

describe('telemetry history', () => {
  let fixture: HistoryFixture
  before(async () => {
    fixture = await openHistoryFixture()
    const drive = (count: number) =>
      Array.from({ length: count }, (_, n) => ({ time: at(n), speed: n, ignition: n % 2 === 0, seq: n }))
    await fixture.insert('v1', drive(10))
    await fixture.insert('v2', drive(7))
    await fixture.insert('v3', [
      { time: at(3), status: 'a,b' },
      { time: at(4), status: 'it\'s "x"' },
      { time: at(5), status: ',\n{' },
    ])
    for (const key of ['own', 'lent', 'n1', 'n2', 'foreign']) await fixture.insert(key, drive(2))
  })
  after(() => fixture.close())

  const nameOf = ({ vehicle, seq }: { vehicle: string; seq: number }) => `${vehicle}.${seq}`
  const seqsOf = (items: { seq: number }[]) => items.map(({ seq }) => seq)
  const seqsWhere = async (where: string) => {
    const { body } = await fixture.get(`/api/vehicles/v1/telemetry?${where}`)
    expect(body.items, JSON.stringify(body)).to.be.an('array')
    return seqsOf(body.items)
  }

  it('readings are listed vehicle by vehicle in order of time, forward or backward', async () => {
    const all = [
      ...Array.from({ length: 10 }, (_, n) => `v1.${n}`),
      ...Array.from({ length: 7 }, (_, n) => `v2.${n}`),
    ]
    const { body } = await fixture.get('/api/telemetry?vehicles=v2,v1,v2')
    expect(body.items.map(nameOf)).to.deep.equal(all)
    expect(body.items[0]).to.have.all.keys(
      'vehicle',
      'time',
      'received_at',
      'device',
      'speed',
      'ignition',
      'seq',
    )
    const backward = await fixture.get('/api/telemetry?vehicles=v1,v2&order=desc')
    expect(backward.body.items.map(nameOf)).to.deep.equal(all.toReversed())
  })

  for (const order of ['asc', 'desc']) {
    for (const limit of [1, 3, 7, 10, 17, 18]) {
      it(`pages of ${limit} are the same forward (${order}) and back`, async () => {
        const path = `/api/telemetry?vehicles=v1,v2,v3&fields=seq,status&order=${order}&limit=${limit}`
        const pages: unknown[][] = []
        let page = (await fixture.get(path)).body
        expect(page.prev_cursor).to.equal(null)
        for (;;) {
          pages.push(page.items)
          if (page.next_cursor === null) break
          page = (await fixture.get(`${path}&cursor=${page.next_cursor}`)).body
        }
        const whole = await fixture.get(path.replace(/limit=\d+/, 'limit=100'))
        expect(pages.flat()).to.deep.equal(whole.body.items)
        expect(pages).to.have.length(Math.ceil(20 / limit))
        for (const items of pages.slice(0, -1).toReversed()) {
          page = (await fixture.get(`${path}&cursor=${page.prev_cursor}`)).body
          expect(page.items).to.deep.equal(items)
          expect(page.next_cursor).to.be.a('string')
        }
        expect(page.prev_cursor).to.equal(null)
      })
    }
  }

  it('only the requested fields are shown', async () => {
    const { body } = await fixture.get('/api/vehicles/v1/telemetry?fields=speed,device&limit=1')
    expect(body.items).to.deep.equal([{ time: at(0), device: 'd-v1', speed: 0 }])
    const bare = await fixture.get('/api/vehicles/v1/telemetry?fields=time&limit=1')
    expect(bare.body.items).to.deep.equal([{ time: at(0) }])
  })

  it('conditions compare with each operator, and a reading without the field never matches', async () => {
    expect(await seqsWhere('where=speed>7')).to.deep.equal([8, 9])
    expect(await seqsWhere('where=speed>=7')).to.deep.equal([7, 8, 9])
    expect(await seqsWhere('where=speed<2')).to.deep.equal([0, 1])
    expect(await seqsWhere('where=speed<=2&where=ignition=true')).to.deep.equal([0, 2])
    expect(await seqsWhere('where=seq=4')).to.deep.equal([4])
    expect(await seqsWhere('where=seq!=4,speed>2.5,speed<6.5,ignition!=false')).to.deep.equal([6])
    expect(await seqsWhere('where=rpm!=1')).to.deep.equal([])
    const read = (status: string) =>
      fixture.get(`/api/vehicles/v3/telemetry?where=${encodeURIComponent(status)}`)
    expect((await read('status="a,b"')).body.items).to.have.length(1)
    expect((await read('status="it\'s ""x"""')).body.items).to.have.length(1)
    expect((await read("status='; drop table telemetry; --")).body.items).to.deep.equal([])
  })

  it('a user sees their own and granted vehicles, and no others', async () => {
    const { user } = fixture
    const { body } = await fixture.get('/api/telemetry?vehicles=own,lent,n1&fields=seq', user)
    expect(body.items.map(nameOf)).to.deep.equal(['lent.0', 'lent.1', 'n1.0', 'n1.1', 'own.0', 'own.1'])
    const group = await fixture.get('/api/telemetry?group=north&fields=seq', user)
    expect(group.body.items.map(nameOf)).to.deep.equal(['n1.0', 'n1.1', 'n2.0', 'n2.1'])
    for (const path of [
      '/api/telemetry?vehicles=own,foreign',
      '/api/telemetry?vehicles=own,none',
      '/api/telemetry/export?format=csv&vehicles=foreign',
      '/api/vehicles/foreign/telemetry',
      '/api/vehicles/foreign/position',
      '/api/vehicles/none/telemetry',
    ]) {
      expectProblem(await fixture.get(path, user), 404, 'not_found')
    }
    expect((await fixture.get('/api/telemetry?group=south', user)).body.items).to.deep.equal([])
  })

  it('a time that looks like seconds is refused with a hint wherever one is accepted', async () => {
    const seconds = 'epoch times are milliseconds, this looks like seconds'
    const ends: ['from' | 'to', string, string][] = [
      ['from', '1795946400', `1795946400 is before 2000-01-01; ${seconds}`],
      ['to', '1795946400', `1795946400 is before 2000-01-01; ${seconds}`],
      ['from', '946684800', `946684800 is before 2000-01-01; ${seconds}`],
      ['from', '20261121', '20261121 is before 2000-01-01'],
      ['to', '1', '1 is before 2000-01-01'],
      [
        'to',
        '1795946400000000',
        '"1795946400000000" is not a time before 2255; expected RFC 3339 such as 2026-11-21T08:00:00Z, or epoch milliseconds',
      ],
      ['from', '2026-11-21T08:00:00', '"2026-11-21T08:00:00" needs a zone: Z or an offset such as +01:00'],
    ]
    const paths = [
      'telemetry?vehicles=v1',
      'vehicles/v1/telemetry?fields=speed&bucket=1h',
      'telemetry/export?format=csv&vehicles=v1',
      'vehicles/v1/completeness?',
      'devices/d-v1/completeness?',
      'dead-letters?',
      'audit-log?',
    ]
    for (const path of paths)
      for (const [name, text, detail] of ends) {
        const answer = await fixture.get(`/api/${path}&${name}=${text}`)
        expectProblem(answer, 400, 'invalid_request', [`/${name}`])
        expect(answer.body.errors[0].detail, path).to.equal(detail)
      }
    const removal = await fixture.call('DELETE', '/api/dead-letters?from=1795946400')
    expectProblem(removal, 400, 'invalid_request', ['/from'])
  })

  it('a period may begin at 0 or at a year before 2000', async () => {
    for (const from of ['0', '1970-01-01T00:00:00Z', '946684800000'])
      expect((await fixture.get(`/api/vehicles/v1/telemetry?from=${from}`)).status, from).to.equal(200)
  })

  it('invalid history queries are refused with a pointer to the error', async () => {
    const cursor = (text: string) => Buffer.from(`telemetry:${text}`).toString('base64url')
    const cases: [string, string[]][] = [
      ['', ['/vehicles']],
      ['vehicles=v1&group=north', ['/group']],
      ['vehicles=v1,,v2', ['/vehicles']],
      [`vehicles=${Array.from({ length: 101 }, (_, n) => `x${n}`).join(',')}`, ['/vehicles']],
      ['vehicles=v1&fields=pace,speed', ['/fields']],
      ['vehicles=v1&from=x&fields=pace&where=speed>fast', ['/from', '/fields', '/where']],
      ['vehicles=v1&order=up', ['/order']],
      ['vehicles=v1&fill=null&aggregates=max', ['/aggregates', '/fill']],
      ['vehicles=v1&tz=UTC', ['/tz']],
      ['vehicles=v1&tz=Europe/Nowhere&bucket=1d&fields=speed&from=2026-11-21T00:00:00Z', ['/tz']],
      ['vehicles=v1&tz=Europe/Paris&bucket=36h&fields=speed&from=2026-11-21T00:00:00Z', ['/tz']],
      ['vehicles=v1&tz=Europe/Paris&bucket=12h&fields=speed&from=2026-11-21T00:00:00Z', ['/tz']],
      ['vehicles=v1&tz=%27&bucket=1d&fields=speed&from=2026-11-21T00:00:00Z', ['/tz']],
      ['vehicles=v1&tz=UTC&bucket=1d&fields=speed&from=0&to=2040-01-01T00:00:00Z', ['/bucket']],
      ['vehicles=v1&bucket=1h&points=10', ['/points']],
      ['vehicles=v1&bucket=1h&fields=speed&limit=5&order=asc', ['/limit', '/order']],
      ['vehicles=v1&bucket=1h&from=2026-11-21T00:00:00Z', ['/fields']],
      ['vehicles=v1&bucket=1h&fields=status&from=2026-11-21T00:00:00Z', ['/fields']],
      ['vehicles=v1&bucket=1h&fields=speed', ['/from']],
      ['vehicles=v1&bucket=31d&fields=speed&from=2026-11-21T00:00:00Z', ['/bucket']],
      ['vehicles=v1&bucket=0s&fields=speed&from=2026-11-21T00:00:00Z', ['/bucket']],
      ['vehicles=v1&bucket=1s&fields=speed&from=2026-11-21T00:00:00Z&to=2026-11-21T02:46:41Z', ['/bucket']],
      ['vehicles=v1&points=5&fields=speed,rpm', ['/fields']],
      ['vehicles=v1&points=5', ['/fields']],
      ['vehicles=v1,v2,v3&points=5000&fields=speed', ['/points']],
      ['vehicles=v1&points=1&fields=speed', ['/points']],
      [`vehicles=v1&cursor=${cursor('n1794355201000000.v2')}`, ['/cursor']],
      [`vehicles=v1&cursor=${cursor('x1794355201000000.v1')}`, ['/cursor']],
      ['vehicles=v1&vehicles=v2', ['/vehicles']],
    ]
    for (const [query, pointers] of cases)
      expectProblem(await fixture.get(`/api/telemetry?${query}`), 400, 'invalid_request', pointers)
  })
})
