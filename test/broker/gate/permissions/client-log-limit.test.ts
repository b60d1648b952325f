import { expect } from 'chai'
import { createClientLogLimit } from '../../../../broker/gate/permissions/client-log-limit.ts'

describe('log limits per client', () => {
  it('a client gets one log line per interval, with the number of omitted lines', () => {
    let nowMs = 0
    const limit = createClientLogLimit({ everyMs: 100, clientsMax: 10, now: () => nowMs })
    expect([limit.allow('a'), limit.allow('a'), limit.allow('b'), limit.allow('a')]).to.deep.equal([
      0, -1, 0, -1,
    ])
    nowMs = 100
    expect([limit.allow('a'), limit.allow('a'), limit.allow('b')]).to.deep.equal([2, -1, 0])
  })

  it('the client with the oldest line is forgotten when there are too many', () => {
    const limit = createClientLogLimit({ everyMs: 100, clientsMax: 2, now: () => 0 })
    for (const client of ['a', 'b', 'c']) expect(limit.allow(client)).to.equal(0)
    expect([limit.allow('b'), limit.allow('c'), limit.allow('a')]).to.deep.equal([-1, -1, 0])
  })
})
