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
  // The error is thrown on its turn, which may never come if the reader leaves first.
  next.catch(() => {})
  return next
}
