import { expect } from 'chai'
import { reportRun } from '../../../simulator/run/report.ts'
import { createStats } from '../../../simulator/run/stats.ts'

const run = { seconds: 2, vehicles: 1, devices: 1, online: 1, journal: 'j', interrupted: false }

describe('the statistics of a run', () => {
  it('give percentiles of the acknowledgements in milliseconds, within a thousandth', () => {
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

  it('are not well when a message is left unacknowledged', () => {
    const stats = createStats()
    stats.sent(1, undefined)
    expect(reportRun({ ...run, stats, qos: 1 })).to.include({ ok: false, unacknowledged: 1, ack_ms: null })
  })

  it('wait for no acknowledgement of QoS 0', () => {
    const stats = createStats()
    stats.sent(1, undefined)
    expect(reportRun({ ...run, stats, qos: 0 })).to.include({ ok: true, unacknowledged: 0 })
  })

  it('survive a run that ended before it began', () => {
    expect(reportRun({ ...run, seconds: 0, stats: createStats(), qos: 1 })).to.include({
      messages_per_second: 0,
    })
  })
})
