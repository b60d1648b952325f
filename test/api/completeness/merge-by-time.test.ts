import { expect } from 'chai'
import fc from 'fast-check'
import { mergeByTime } from '../../../api/completeness/merge-by-time.ts'

interface Item {
  timeUs: number
  walk: number
}

async function* inPages(items: Item[], pageLength: number): AsyncGenerator<Item[]> {
  for (let at = 0; at < items.length; at += pageLength) yield items.slice(at, at + pageLength)
}

async function merge(walks: number[][], pageLength: number): Promise<Item[]> {
  const pages = walks.map((times, walk) =>
    inPages(
      times.map((timeUs) => ({ timeUs, walk })),
      pageLength,
    ),
  )
  const merged: Item[] = []
  for await (const page of mergeByTime(pages)) {
    expect(page).to.not.have.length(0)
    merged.push(...page)
  }
  return merged
}

describe('mergeByTime', () => {
  it('merged items are in order of time, each source in its own order', async () => {
    const ascending = fc
      .array(fc.integer({ min: 0, max: 30 }), { maxLength: 20 })
      .map((times) => times.toSorted((a, b) => a - b))
    await fc.assert(
      fc.asyncProperty(
        fc.array(ascending, { maxLength: 4 }),
        fc.integer({ min: 1, max: 7 }),
        async (walks, length) => {
          const merged = await merge(walks, length)
          const times = merged.map(({ timeUs }) => timeUs)
          expect(times).to.deep.equal(times.toSorted((a, b) => a - b))
          walks.forEach((expected, walk) => {
            const own = merged.filter((it) => it.walk === walk).map(({ timeUs }) => timeUs)
            expect(own).to.deep.equal(expected)
          })
        },
      ),
    )
  })

  it('a source is read at most one page ahead', async () => {
    let taken = 0
    async function* endless(): AsyncGenerator<Item[]> {
      for (;;) yield [{ timeUs: taken++, walk: 0 }]
    }
    const merged = mergeByTime([endless()])
    await merged.next()
    await merged.return(undefined)
    expect(taken).to.be.at.most(2)
  })
})
