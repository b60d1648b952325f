import { expect } from 'chai'
import { localDaysOf } from '../../../api/history/local-days.ts'
import { openHistoryFixture, type HistoryFixture } from './history-fixture.ts'

const us = (time: string) => Date.parse(time) * 1000

/**
 * Starts of the first `count` periods of `days` days, beginning with the period that contains `from`, to the minute.
 */
function startsOf(tz: string, from: string, count: number, days = 1): string[] {
  const starts: string[] = []
  for (const start of localDaysOf(tz)?.startsFrom(us(from), days) ?? []) {
    if (starts.length === count) break
    starts.push(new Date(start / 1000).toISOString().slice(0, 16))
  }
  return starts
}

describe('local days', () => {
  it('a local day has 23 or 25 hours where clocks change', () => {
    expect(startsOf('Europe/Stockholm', '2026-03-28T12:00:00Z', 3)).to.deep.equal([
      '2026-03-27T23:00',
      '2026-03-28T23:00',
      '2026-03-29T22:00',
    ])
    expect(startsOf('Europe/Stockholm', '2026-10-24T22:00:00Z', 2)).to.deep.equal([
      '2026-10-24T22:00',
      '2026-10-25T23:00',
    ])
    expect(startsOf('Europe/Stockholm', '2026-10-24T21:59:59.999Z', 1)).to.deep.equal(['2026-10-23T22:00'])
  })

  it('a local day begins at its first instant where midnight is skipped or repeated', () => {
    // Cairo goes from 00:00 to 01:00, Havana from 01:00 back to 00:00, Nuuk from 00:00 back to 23:00; Apia had no 2011-12-30.
    expect(startsOf('Africa/Cairo', '2026-04-23T12:00:00Z', 3)).to.deep.equal([
      '2026-04-22T22:00',
      '2026-04-23T22:00',
      '2026-04-24T21:00',
    ])
    expect(startsOf('America/Havana', '2026-10-31T12:00:00Z', 3)).to.deep.equal([
      '2026-10-31T04:00',
      '2026-11-01T04:00',
      '2026-11-02T05:00',
    ])
    expect(startsOf('America/Nuuk', '2026-10-24T12:00:00Z', 3)).to.deep.equal([
      '2026-10-24T01:00',
      '2026-10-25T02:00',
      '2026-10-26T02:00',
    ])
    expect(startsOf('Pacific/Apia', '2011-12-29T12:00:00Z', 3)).to.deep.equal([
      '2011-12-29T10:00',
      '2011-12-30T10:00',
      '2011-12-31T10:00',
    ])
  })

  it('weeks begin on Monday, and other periods count from the same Monday', () => {
    expect(startsOf('Asia/Kathmandu', '2026-11-21T08:00:00Z', 2, 7)).to.deep.equal([
      '2026-11-15T18:15',
      '2026-11-22T18:15',
    ])
    expect(startsOf('UTC', '2000-01-02T00:00:00Z', 2, 30)).to.deep.equal([
      '1999-12-04T00:00',
      '2000-01-03T00:00',
    ])
  })

  it('an unknown time zone is refused', () => {
    for (const tz of ['Europe/Nowhere', '', 'x'.repeat(64), '../etc/passwd'])
      expect(localDaysOf(tz), tz).to.equal(undefined)
    expect(localDaysOf('europe/stockholm')).not.to.equal(undefined)
  })
})

describe('buckets of local days', () => {
  let fixture: HistoryFixture
  before(async () => {
    fixture = await openHistoryFixture()
    // A reading every half hour, from February to the end of November.
    await fixture.sql`
      insert into telemetry (vehicle_id, time, received_at, speed)
      select id, time, now(), extract(epoch from time) / 1e8
      from vehicles, generate_series(timestamptz '2026-02-01T00:00:00Z', '2026-11-30T00:00:00Z', interval '30 minutes') as time
      where key in ('v1', 'v2')`
  })
  after(() => fixture.close())

  const countsOf = async (query: string): Promise<[time: string, count: number][]> => {
    const body = await fixture.read(`/api/vehicles/v1/telemetry?fields=speed&aggregates=count&${query}`)
    return body.items.map((it: { time: string; speed: { count: number } }) => [
      it.time.slice(0, 16),
      it.speed.count,
    ])
  }

  it('a bucket of a local day has the readings of 23, 24 or 25 hours', async () => {
    const tz = 'bucket=1d&tz=Europe/Stockholm'
    expect(await countsOf(`${tz}&from=2026-03-27T23:00:00Z&to=2026-03-30T22:00:00Z`)).to.deep.equal([
      ['2026-03-27T23:00', 48],
      ['2026-03-28T23:00', 46],
      ['2026-03-29T22:00', 48],
    ])
    expect(await countsOf(`${tz}&from=2026-10-24T22:00:00Z&to=2026-10-26T12:00:00Z`)).to.deep.equal([
      ['2026-10-24T22:00', 50],
      ['2026-10-25T23:00', 26],
    ])
    expect(
      await countsOf('bucket=24h&tz=Europe/Stockholm&from=2026-10-24T22:00:00Z&to=2026-10-25T23:00:00Z'),
    ).to.deep.equal([['2026-10-24T22:00', 50]])
  })

  it('every local day has one bucket when gaps are filled, even across two queries', async () => {
    const query = 'bucket=1d&tz=Europe/Stockholm&from=2026-01-31T23:00:00Z&to=2026-11-30T23:00:00Z&fill=null'
    const days = await countsOf(query)
    expect(days).to.have.length(303)
    expect(days.filter(([, count]) => count !== 48)).to.deep.equal([
      ['2026-01-31T23:00', 46],
      ['2026-03-28T23:00', 46],
      ['2026-10-24T22:00', 50],
      ['2026-11-29T23:00', 3],
    ])
    const { body } = await fixture.get(
      '/api/telemetry?vehicles=v1,v2&fields=speed&aggregates=count&bucket=7d&tz=Europe/Stockholm&from=2026-03-22T23:00:00Z&to=2026-04-05T22:00:00Z',
    )
    expect(body.items.map((it: { speed: { count: number } }) => it.speed.count)).to.deep.equal([
      334, 336, 334, 336,
    ])
  })

  it('a local day has first and last values, and the current one is the last', async () => {
    const query =
      'fields=speed&aggregates=first,last,max&bucket=1d&tz=Europe/Stockholm&from=2026-03-28T23:00:00Z'
    const { body } = await fixture.get(`/api/vehicles/v1/telemetry?${query}&to=2026-03-29T22:00:00Z`)
    const speedAt = (time: string) => Date.parse(time) / 1e11
    expect(body.items).to.deep.equal([
      {
        time: '2026-03-28T23:00:00.000Z',
        speed: {
          max: speedAt('2026-03-29T21:30:00Z'),
          first: speedAt('2026-03-28T23:00:00Z'),
          last: speedAt('2026-03-29T21:30:00Z'),
        },
      },
    ])
    const yesterday = new Date(Date.now() - 86_400_000).toISOString()
    const open = await countsOf(`bucket=1d&tz=Asia/Tokyo&from=${yesterday}&fill=null`)
    expect(open).to.have.length(2)
    expect(open[0]?.[0]).to.match(/T15:00$/)
  })
})
