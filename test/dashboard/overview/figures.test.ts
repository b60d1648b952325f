import { expect } from 'chai'
import { countStates } from '../../../dashboard/overview/count-states.ts'
import { formatBytes } from '../../../dashboard/overview/format-bytes.ts'
import { sparklinePath } from '../../../dashboard/overview/sparkline-path.ts'

describe('figures of the overview', () => {
  it('vehicles are counted by state, only in rows in use', () => {
    const counts = countStates(Uint8Array.from([1, 1, 4, 0, 5, 5]), 5)
    expect(counts).to.deep.equal({
      unknown: 1,
      moving: 2,
      idling: 0,
      stopped: 0,
      offline: 1,
      alert: 1,
      stale: 0,
    })
  })

  it('bytes are shown in the largest unit that fits', () => {
    const cases: [number, string][] = [
      [0, '0 B'],
      [1023, '1,023 B'],
      [1024, '1 KiB'],
      [1536, '1.5 KiB'],
      [1_073_741_824, '1 GiB'],
      [2 ** 60, '1,048,576 TiB'],
    ]
    for (const [bytes, text] of cases) expect(formatBytes(bytes, 'en')).to.equal(text)
  })

  it('a sparkline reaches from the first point to the last, scaled to the highest', () => {
    const points = [
      { atMs: 1000, perS: 0 },
      { atMs: 2000, perS: 10 },
      { atMs: 5000, perS: 5 },
    ]
    const path = sparklinePath(points, 100, 22)
    expect(path).to.deep.include({ line: 'M0 21L25 1L100 11', maxPerS: 10 })
    expect(path?.area).to.equal('M0 21L25 1L100 11L100 22L0 22Z')
    const flat = points.map(({ atMs }) => ({ atMs, perS: 0 }))
    expect(sparklinePath(flat, 100, 22)?.line).to.equal('M0 21L25 21L100 21')
    expect(sparklinePath(points.slice(0, 1), 100, 22)).to.equal(undefined)
    expect(sparklinePath([], 100, 22)).to.equal(undefined)
  })
})
