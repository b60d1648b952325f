import { expect } from 'chai'
import { createTimeLimit } from '../../../broker/ingest/time-limit.ts'
import { eventually } from '../../support/eventually.ts'

describe('time limits', () => {
  function open() {
    const abortion = new AbortController()
    const calls: number[] = []
    const limit = createTimeLimit(() => calls.push(performance.now()), abortion.signal)
    return { limit, calls, abort: () => abortion.abort() }
  }

  it('an exceeded time limit calls back repeatedly until it is stopped', async () => {
    const { limit, calls } = open()
    limit.start(100)
    expect(limit.remainingMs).to.be.within(1, 100)
    await eventually('three calls', () => calls.length >= 3)
    expect(limit.remainingMs).to.equal(0)
    limit.stop()
    const before = calls.length
    limit.start(100_000)
    await new Promise((resolve) => setTimeout(resolve, 120))
    expect(calls.length).to.equal(before)
    limit.stop()
  })

  it('an aborted time limit is exceeded at once, even when started after the abort', () => {
    const { limit, calls, abort } = open()
    limit.start(100_000)
    abort()
    expect([calls.length, limit.remainingMs]).to.deep.equal([1, 0])
    limit.start(100_000)
    expect([calls.length, limit.remainingMs]).to.deep.equal([2, 0])
    limit.stop()
  })

  it('a stopped time limit never calls back', async () => {
    const { limit, calls, abort } = open()
    limit.start(10)
    limit.stop()
    abort()
    await new Promise((resolve) => setTimeout(resolve, 30))
    expect(calls).to.deep.equal([])
  })
})
