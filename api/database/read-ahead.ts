/**
 * Returns the same items in the same order. The first item is requested immediately, and the next while one is used. If the
 * reader stops early, the pending item is awaited.
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
  // The error is thrown when it is this item's turn, which never comes if the reader stops first.
  next.catch(() => {})
  return next
}
