/** The error with which `promise` is rejected; fails if it is not. */
export async function failureOf(promise: PromiseLike<unknown>): Promise<Error> {
  return Promise.resolve(promise).then(
    () => {
      throw new Error('it did not fail')
    },
    (error: unknown) => error as Error,
  )
}
