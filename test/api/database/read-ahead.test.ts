import { expect } from 'chai'
import { readAhead } from '../../../api/database/read-ahead.ts'
import { eventually } from '../../support/eventually.ts'

describe('api read ahead', () => {
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

  it('gives all items in order', async () => {
    const read: number[] = []
    for await (const n of readAhead(numbers())) read.push(n)
    expect(read).to.deep.equal([0, 1, 2, 3, 4])
    expect(isEnded).to.equal(true)
  })

  it('makes the first at once, and while one is used the next and no more', async () => {
    const items = readAhead(numbers())
    await eventually('the first is made', () => made === 1)
    expect((await items.next()).value).to.equal(0)
    await eventually('the next is made', () => made === 2)
    expect((await items.next()).value).to.equal(1)
    await eventually('the next is made', () => made === 3)
    await items.return(undefined)
    expect(isEnded).to.equal(true)
    expect(made).to.be.at.most(3)
  })

  it('throws what the making throws, behind the items before', async () => {
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

  it('tells nobody of a failure behind the item at which the reader left', async () => {
    failAt = 1
    const untold: unknown[] = []
    const listener = (reason: unknown) => void untold.push(reason)
    process.on('unhandledRejection', listener)
    for await (const n of readAhead(numbers())) {
      expect(n).to.equal(0)
      // It is made, and fails, while this one is used.
      await new Promise(setImmediate)
      break
    }
    await new Promise(setImmediate)
    process.off('unhandledRejection', listener)
    expect(untold).to.deep.equal([])
    expect(isEnded).to.equal(true)
  })
})
