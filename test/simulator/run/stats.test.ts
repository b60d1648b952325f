import { expect } from 'chai'
import { reportRun } from '../../../simulator/run/report.ts'
import { createStats } from '../../../simulator/run/stats.ts'

const run = { seconds: 2, vehicles: 1, devices: 1, online: 1, journal: 'j', interrupted: false }

describe('statistics of a run', () => {
  it('percentiles of the acknowledgement times are exact to a thousandth', () => {
    const stats = createStats()
    for (let ms = 1; ms <= 1000; ms++) {
      stats.sent(2, ms % 10 === 0 ? 'late' : undefined)
      stats.acked(2, ms)
    }
    const report = reportRun({ ...run, stats, qos: 1 })
    expect(report.ack_ms?.p50).to.be.closeTo(500, 1)
    expect(report.ack_ms?.p99).to.be.closeTo(990, 1)
    expect(report.ack_ms?.max).to.be.closeTo(1000, 1)
    expect(report).to.deep.include({ ok: true, messages: 1000, readings: 2000, unacknowledged: 0 })
    expect(report).to.deep.include({ messages_per_second: 500, faults: { late: 100 } })
  })

  it('a run with an unacknowledged message is not ok', () => {
    const stats = createStats()
    stats.sent(1, undefined)
    expect(reportRun({ ...run, stats, qos: 1 })).to.include({ ok: false, unacknowledged: 1, ack_ms: null })
  })

  it('QoS 0 needs no acknowledgement', () => {
    const stats = createStats()
    stats.sent(1, undefined)
    expect(reportRun({ ...run, stats, qos: 0 })).to.include({ ok: true, unacknowledged: 0 })
  })

  it('a run without any duration has statistics', () => {
    expect(reportRun({ ...run, seconds: 0, stats: createStats(), qos: 1 })).to.include({
      messages_per_second: 0,
    })
  })
})
