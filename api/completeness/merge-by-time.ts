interface Timed {
  timeUs: number
}

/** A walk, and what of its page is not given out yet. */
interface Head<T> {
  walk: AsyncGenerator<T[]>
  page: T[]
  at: number
  /** of the item at `at` */
  timeUs: number
}

/** Walks in order of time, each page by page, as one such walk. Holds one page of each. */
export async function* mergeByTime<T extends Timed>(walks: AsyncGenerator<T[]>[]): AsyncGenerator<T[]> {
  const heads: Head<T>[] = []
  for (const walk of walks) {
    const head = { walk, page: [], at: 0, timeUs: 0 }
    if (await turn(head)) heads.push(head)
  }
  for (;;) {
    heads.sort((a, b) => a.timeUs - b.timeUs)
    const [first, second] = heads
    if (first === undefined) return
    const { page, at } = first
    const untilUs = second?.timeUs ?? Infinity
    let end = at + 1
    while ((page[end]?.timeUs ?? Infinity) <= untilUs && end < page.length) end++
    yield page.slice(at, end)
    first.at = end
    if (!(await turn(first))) heads.shift()
  }
}

/** Makes `at` point to an item, of the next page when it is behind this one; false when there are no more. */
async function turn<T extends Timed>(head: Head<T>): Promise<boolean> {
  let item = head.page[head.at]
  while (item === undefined) {
    const next = await head.walk.next()
    if (next.done) return false
    head.page = next.value
    head.at = 0
    item = head.page[0]
  }
  head.timeUs = item.timeUs
  return true
}
