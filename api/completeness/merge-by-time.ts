interface Timed {
  timeUs: number
}

/** A source of pages, and the rest of its current page. */
interface Head<T> {
  walk: AsyncGenerator<T[]>
  page: T[]
  at: number
  /** time of the item at `at` */
  timeUs: number
}

/** Merges sources in order of time, each read page by page, into one. Holds one page of each. */
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

/** Moves `at` to the next item, reading another page if necessary. False at the end of the last page. */
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
