/** Resolves with the name of the first SIGTERM or SIGINT. Later ones are ignored: closing has its own deadline. */
export function untilSignal(): Promise<NodeJS.Signals> {
  return new Promise((resolve) => {
    for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, () => resolve(signal))
  })
}
