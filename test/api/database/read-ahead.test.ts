import { expect } from 'chai'
import { readAhead } from '../../../api/database/read-ahead.ts'
import { eventually } from '../../support/eventually.ts'

describe('read-ahead', () => {
  let made = 0
  let isEnded = false
  let failAt = Infinity
  beforeEach(() => {
    made = 0
    isEnded = false
    failAt = Infinity
  })

  async function* numbers(): AsyncGenerator<number> {
    try {
      for (let n = 0; n < 5; n++) {
        await Promise.resolve()
        if (n === failAt) throw new Error('the database went away')
        made++
        yield n
      }
    } finally {
      isEnded = true
    }
  }

  it('items are given in order', async () => {
    const read: number[] = []
    for await (const n of readAhead(numbers())) read.push(n)
    expect(read).to.deep.equal([0, 1, 2, 3, 4])
    expect(isEnded).to.equal(true)
  })

  it('one item is prepared ahead of the reader, and no more', async () => {
    const items = readAhead(numbers())
    await eventually('the first is produced', () => made === 1)
    expect((await items.next()).value).to.equal(0)
    await eventually('the next is produced', () => made === 2)
    expect((await items.next()).value).to.equal(1)
    await eventually('the next is produced', () => made === 3)
    await items.return(undefined)
    expect(isEnded).to.equal(true)
    expect(made).to.be.at.most(3)
  })

  it('an error is thrown after the items before it', async () => {
    failAt = 2
    const read: number[] = []
    let failure: unknown
    try {
      for await (const n of readAhead(numbers())) read.push(n)
    } catch (error) {
      failure = error
    }
    expect(read).to.deep.equal([0, 1])
    expect(failure).to.be.instanceOf(Error)
  })

  it('a failure after the item at which the reader stopped is ignored', async () => {
    failAt = 1
    const untold: unknown[] = []
    const listener = (reason: unknown) => void untold.push(reason)
    process.on('unhandledRejection', listener)
    for await (const n of readAhead(numbers())) {
      expect(n).to.equal(0)
      // The next item fails while this item is used.
      await new Promise(setImmediate)
      break
    }
    await new Promise(setImmediate)
    process.off('unhandledRejection', listener)
    expect(untold).to.deep.equal([])
    expect(isEnded).to.equal(true)
  })
})
