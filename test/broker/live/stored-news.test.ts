import { expect } from 'chai'
import { createStoredNews } from '../../../broker/live/stored-news.ts'
import { createLog } from '../../../kit/log.ts'

describe('news of what was stored', () => {
  it('reach all who want to know, and the fault of one is logged once a second', () => {
    const lines: { event: string; listener: string; err: { message: string } }[] = []
    const log = createLog('test', 'error', { write: (line) => void lines.push(JSON.parse(line)) })
    const heard: unknown[] = []
    const tell = createStoredNews<[number, string]>(log, {
      first: (...news) => void heard.push(['first', ...news]),
      broken: () => {
        throw new Error('out of order')
      },
      last: (...news) => void heard.push(['last', ...news]),
      'broken as well': () => {
        throw new Error('out of order, too')
      },
    })
    for (let n = 0; n < 100; n++) tell(n, 'stored')
    expect(heard).to.have.length(200)
    expect(heard.slice(0, 2)).to.deep.equal([
      ['first', 0, 'stored'],
      ['last', 0, 'stored'],
    ])
    // The hundred may have begun in one second and ended in the next.
    expect(lines.length).to.be.within(2, 4)
    expect(new Set(lines.map(({ listener }) => listener))).to.deep.equal(
      new Set(['broken', 'broken as well']),
    )
    expect(lines[0]).to.deep.include({ event: 'news_not_taken', listener: 'broken' })
    expect(lines[0]?.err.message).to.equal('out of order')
  })
})
