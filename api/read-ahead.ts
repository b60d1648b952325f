/**
 * The same items in the same order. The first is made at once, and while one is used, the next. Ended early, it waits for the
 * one that is being made.
 */
export function readAhead<T>(items: AsyncGenerator<T>): AsyncGenerator<T> {
  let next = begin(items)

  async function* rest(): AsyncGenerator<T> {
    try {
      for (;;) {
        const { done, value } = await next
        if (done === true) return
        next = begin(items)
        yield value
      }
    } finally {
      await items.return(undefined)
    }
  }
  return rest()
}

function begin<T>(items: AsyncGenerator<T>): Promise<IteratorResult<T>> {
  const next = items.next()
  // It is thrown when its turn comes, for which nobody waits when the reader leaves first.
  next.catch(() => {})
  return next
}
