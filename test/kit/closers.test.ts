import { setTimeout as delay } from 'node:timers/promises'
import { expect } from 'chai'
import { createClosers } from '../../kit/closers.ts'
import { codeOf } from '../../kit/errors.ts'
import { createLog } from '../../kit/log.ts'
import { failureOf } from '../support/failure.ts'

const soon = { deadlineMs: 5000 }

describe('closers', () => {
  let lines: string[] = []
  let closed: string[] = []
  let closers = createClosers(createLog('test', 'silent'))
  beforeEach(() => {
    lines = []
    closed = []
    closers = createClosers(createLog('test', 'info', { write: (line) => void lines.push(line) }))
  })

  it('a closer returns what it was given', () => {
    const thing = { a: 1 }
    expect(closers.add('thing', thing, () => {})).to.equal(thing)
  })

  it('closers run one after the other, last opened first', async () => {
    for (const name of ['first', 'second', 'third']) {
      closers.add(name, name, async (it) => {
        closed.push(`${it} begins`)
        await delay(1)
        closed.push(`${it} ends`)
      })
    }
    await closers.closeAll(soon)
    expect(closed).to.deep.equal([
      'third begins',
      'third ends',
      'second begins',
      'second ends',
      'first begins',
      'first ends',
    ])
  })

  it('closing continues after an error, and fails with all errors in the end', async () => {
    closers.add('first', 'first', () => void closed.push('first'))
    closers.add('second', 'second', () => {
      throw new Error('thrown')
    })
    closers.add('third', 'third', () => Promise.reject(new Error('rejected')))
    const error = await failureOf(closers.closeAll(soon))
    expect(codeOf(error)).to.equal('closing_failed')
    expect(error.message).to.equal('third: rejected; second: thrown')
    expect(closed).to.deep.equal(['first'])
    expect(lines.map((line) => (JSON.parse(line) as { what: string }).what)).to.deep.equal([
      'third',
      'second',
    ])
  })

  it('everything is closed once, however often closing is requested', async () => {
    closers.add('thing', 'thing', async (it) => {
      await delay(1)
      closed.push(it)
    })
    void closers.closeAll(soon)
    await closers.closeAll(soon)
    // The second call also ends once everything is closed.
    expect(closed).to.deep.equal(['thing'])
    await closers.closeAll(soon)
    expect(closed).to.deep.equal(['thing'])
  })

  it('closing gives up at the deadline, and names what did not close', async () => {
    closers.add('database', 'database', () => void closed.push('database'))
    closers.add('gate', 'gate', () => new Promise(() => {}))
    const startMs = performance.now()
    const error = await failureOf(closers.closeAll({ deadlineMs: 30 }))
    expect(codeOf(error)).to.equal('closing_failed')
    expect(error.message).to.equal('gate did not close within 30 ms')
    expect(performance.now() - startMs).to.be.at.least(29)
    expect(closed).to.deep.equal([])
  })

  it('closing nothing succeeds', async () => {
    await closers.closeAll(soon)
  })
})
