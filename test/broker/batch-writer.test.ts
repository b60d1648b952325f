import { expect } from 'chai'
import { createBatchWriter } from '../../broker/batch-writer.ts'
import { createLog } from '../../kit/log.ts'
import { eventually } from '../support/eventually.ts'

describe('batch writers', () => {
  const log = createLog('test', 'silent')
  const open = (write: (items: number[]) => Promise<void>, onGivenUp = (_items: number[]) => {}) =>
    createBatchWriter<number>({ write, onGivenUp, what: 'numbers', itemsMax: 10, batchMax: 4, log })

  it('items of one turn of the event loop are written together, in batches', async () => {
    const batches: number[][] = []
    const writer = open(async (items) => void batches.push(items))
    for (let n = 0; n < 6; n++) writer.add(n)
    await eventually('all six items are written', () => batches.flat().length === 6)
    expect(batches).to.deep.equal([
      [0, 1, 2, 3],
      [4, 5],
    ])
    writer.add(6)
    await eventually('the seventh item is written', () => batches.flat().length === 7)
  })

  it('items beyond the maximum are refused until there is room again', async () => {
    let release = () => {}
    const written: number[] = []
    const writer = open(async (items) => {
      await new Promise<void>((resolve) => (release = resolve))
      written.push(...items)
    })
    const taken = Array.from({ length: 12 }, (_, n) => writer.add(n))
    expect(taken.filter(Boolean)).to.have.length(10)
    await eventually('room for another item', () => writer.add(99))
    await eventually('all eleven items are written', () => {
      release()
      return written.length === 11
    })
  })

  it('items of a failed write are written again, in order', async () => {
    const tries: number[][] = []
    const writer = open(async (items) => {
      tries.push(items)
      if (tries.length === 1) throw new Error('not now')
    })
    for (let n = 0; n < 5; n++) writer.add(n)
    await eventually('three attempts to write', () => tries.length === 3)
    expect(tries).to.deep.equal([[0, 1, 2, 3], [0, 1, 2, 3], [4]])
  })

  it('closing tries once more, and reports the items that were not written', async () => {
    let tries = 0
    const givenUp: number[] = []
    const writer = open(
      async () => {
        tries++
        throw new Error('never')
      },
      (items) => givenUp.push(...items),
    )
    for (let n = 0; n < 5; n++) writer.add(n)
    await eventually('a first attempt to write', () => tries > 0)
    await writer.close(5000)
    expect(givenUp).to.deep.equal([0, 1, 2, 3, 4])
    expect(tries).to.equal(3)
  })

  it('closing ends in time although a write never does', async () => {
    const writer = open(() => new Promise(() => {}))
    writer.add(1)
    await writer.close(20)
  })
})
