import { expect } from 'chai'
import { downsample } from '../../../api/history/lttb.ts'
import { parseTime } from '../../../contract/time.ts'
import { at, openHistoryFixture, type HistoryFixture } from './history-fixture.ts'

describe('points of history', () => {
  let fixture: HistoryFixture
  before(async () => {
    fixture = await openHistoryFixture()
    await fixture.insert('v1', [
      { time: at(0), speed: 1 },
      { time: at(1), status: 'idle' },
      { time: at(2), speed: 3 },
      { time: at(3), speed: 2 },
    ])
    await fixture.insert('v2', [{ time: at(0), speed: -0.1 - 0.2 }])
    // More than a page of the series, with a microsecond that a double of seconds barely represents.
    await fixture.sql`
      insert into telemetry (vehicle_id, time, received_at, speed, rpm)
      select id, timestamptz '2026-11-10T00:00:00.000001Z' + n * interval '1 s', now(), 50 + 40 * sin(n / 300.0), n % 97
      from vehicles, generate_series(0, 59999) as n where key = 'v3'`
  })
  after(() => fixture.close())

  const read = async (query: string) => {
    const body = await fixture.read(`/api/telemetry?${query}`)
    expect(body).to.include({ next_cursor: null, prev_cursor: null })
    return body.items
  }

  it('all readings with the field are points when they are few enough', async () => {
    expect(await read('vehicles=v1,v2,own&points=5&fields=speed')).to.deep.equal([
      { time: at(0), vehicle: 'v1', speed: 1 },
      { time: at(2), vehicle: 'v1', speed: 3 },
      { time: at(3), vehicle: 'v1', speed: 2 },
      { time: at(0), vehicle: 'v2', speed: -0.1 - 0.2 },
    ])
    expect(await read('vehicles=v1&points=5&fields=speed&where=speed<3')).to.have.length(2)
  })

  it('headings and longitudes are compared by the shorter way, and returned as sent', async () => {
    // A slow turn through north; at the tenth second the vehicle faces away for a moment.
    const angles = Array.from({ length: 40 }, (_, n) => (n === 10 ? 60 : n % 2 === 0 ? 359.9 : 0.1))
    await fixture.insert(
      'n2',
      angles.map((heading, n) => ({ time: at(n), heading, lat: 1, lon: heading - 180 })),
    )
    for (const field of ['heading', 'lon'] as const) {
      const items = await read(`vehicles=n2&points=5&fields=${field}`)
      expect(items).to.have.length(5)
      const shift = field === 'lon' ? 180 : 0
      for (const item of items) {
        const n = (Date.parse(item.time) - Date.parse(at(0))) / 1000
        expect(item[field]).to.equal((angles[n] ?? NaN) - shift)
      }
      expect(items.map(({ time }: { time: string }) => time)).to.include(at(10))
    }
  })

  it('points are those that LTTB picks from all readings', async () => {
    const rows = await fixture.sql<{ time: string; value: number }[]>`
      select to_char(time at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') as time, speed as value
      from telemetry join vehicles on vehicles.id = vehicle_id where key = 'v3' order by telemetry.time`
    const points = rows.map(({ time, value }) => ({ timeUs: parseTime(time) as number, value }))
    const items = await read('vehicles=v3&points=500&fields=speed')
    const picked = items.map(({ time, speed }: { time: string; speed: number }) => ({
      timeUs: parseTime(time),
      value: speed,
    }))
    expect(picked).to.have.length(500)
    expect(picked).to.deep.equal(downsample(points, 500))
  })
})
