import { expect } from 'chai'
import { createCommitListeners } from '../../../broker/live/commit-listeners.ts'
import { createLog } from '../../../kit/log.ts'

describe('listeners of commits', () => {
  it('all listeners are notified, and the error of one is logged once a second', () => {
    const lines: { event: string; listener: string; err: { message: string } }[] = []
    const log = createLog('test', 'error', { write: (line) => void lines.push(JSON.parse(line)) })
    const received: unknown[] = []
    const notify = createCommitListeners<[number, string]>(log, {
      first: (...committed) => void received.push(['first', ...committed]),
      broken: () => {
        throw new Error('out of order')
      },
      last: (...committed) => void received.push(['last', ...committed]),
      'broken as well': () => {
        throw new Error('out of order, too')
      },
    })
    for (let n = 0; n < 100; n++) notify(n, 'stored')
    expect(received).to.have.length(200)
    expect(received.slice(0, 2)).to.deep.equal([
      ['first', 0, 'stored'],
      ['last', 0, 'stored'],
    ])
    // The hundred notifications may have begun in one second and ended in the next.
    expect(lines.length).to.be.within(2, 4)
    expect(new Set(lines.map(({ listener }) => listener))).to.deep.equal(
      new Set(['broken', 'broken as well']),
    )
    expect(lines[0]).to.deep.include({ event: 'news_not_taken', listener: 'broken' })
    expect(lines[0]?.err.message).to.equal('out of order')
  })
})
