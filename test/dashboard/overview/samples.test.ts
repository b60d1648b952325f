import { expect } from 'chai'
import type { BrokerSample, BrokerStatus } from '../../../contract/broker-status.ts'
import { allSamples, pairOver, rateOver, rateSeries, remember } from '../../../dashboard/overview/samples.ts'

const START = '2026-11-22T00:00:00.000Z'
const at = (seconds: number) => new Date(Date.parse(START) + seconds * 1000).toISOString()

/** The counters `seconds` after the start, with `stored` stored readings. */
function sample(seconds: number, stored: number): BrokerSample {
  const none = { messages_settled: 0, readings_duplicate: 0, readings_rejected: 0 }
  return {
    at: at(seconds),
    ...none,
    messages_spooled: 0,
    messages_drained: 0,
    readings_stored: stored,
    ack_counts: [],
  }
}

function status(now: BrokerSample, recent: BrokerSample[] = [], startedAt = START): BrokerStatus {
  return { started_at: startedAt, now, recent } as Partial<BrokerStatus> as BrokerStatus
}

const stored = (it: BrokerSample) => it.readings_stored

describe("a broker's samples", () => {
  it("a page keeps a broker's samples for 90 s, and the same sample once", () => {
    let seen = remember(undefined, status(sample(0, 0)))
    for (let second = 5; second <= 200; second += 5) seen = remember(seen, status(sample(second, second)))
    seen = remember(seen, status(sample(200, 200)))
    expect(seen.own.map(({ at }) => at)).to.deep.equal(Array.from({ length: 19 }, (_, n) => at(110 + 5 * n)))
  })

  it('samples are dropped when the broker restarts', () => {
    const before = remember(undefined, status(sample(0, 1000)))
    const after = remember(before, status(sample(5, 3), [], at(4)))
    expect(after.own).to.deep.equal([sample(5, 3)])
  })

  it("a page's samples join the broker's in order of time", () => {
    const recent = [sample(0, 0), sample(60, 60)]
    const seen = remember(undefined, status(sample(50, 50)))
    const last = status(sample(70, 70), recent)
    const all = allSamples(last, remember(seen, last))
    expect(all.map(stored)).to.deep.equal([0, 50, 60, 70])
  })
})

describe('a rate', () => {
  const samples = [sample(0, 0), sample(60, 600), sample(65, 700), sample(70, 800)]

  it('a rate uses the sample nearest to the start of its window', () => {
    expect(rateOver(samples, stored, 10_000)).to.equal(20)
    expect(rateOver(samples, stored, 3_600_000)).to.be.closeTo(800 / 70, 1e-9)
    expect(pairOver(samples, 6000)).to.include({ earlier: samples[2], later: samples[3], seconds: 5 })
  })

  it('a rate is undefined for one sample, or two of the same time', () => {
    expect(rateOver([], stored, 1000)).to.equal(undefined)
    expect(rateOver([sample(1, 5)], stored, 1000)).to.equal(undefined)
    expect(rateOver([sample(1, 5), sample(1, 6)], stored, 1000)).to.equal(undefined)
  })

  it('a series has the rate between each sample and the next', () => {
    expect(rateSeries(samples, stored).map(({ perS }) => perS)).to.deep.equal([10, 20, 20])
    expect(rateSeries([sample(1, 5), sample(1, 6)], stored)).to.deep.equal([])
  })
})
