/**
 * The same items in the same order; while one is used, the next is made. Ended early, it waits for the one that is being made.
 */
export async function* readAhead<T>(items: AsyncGenerator<T>): AsyncGenerator<T> {
  try {
    let next = items.next()
    for (;;) {
      const { done, value } = await next
      if (done === true) return
      next = items.next()
      // It is thrown when its turn comes, which nobody waits for when the reader leaves first.
      next.catch(() => {})
      yield value
    }
  } finally {
    await items.return(undefined)
  }
}
