/**
 * Resolves with the name of the first SIGTERM or SIGINT. Later ones are ignored: closing has its own deadline. The
 * death of a parent process that started us as its child counts as SIGTERM. So does the end of the reader of standard output, as in
 * `npm start | head`, once something is written there: Node.js would end this process immediately, and leave the database running.
 */
export function untilSignal(): Promise<NodeJS.Signals> {
  return new Promise((resolve) => {
    for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, () => resolve(signal))
    process.stdout.on('error', () => resolve('SIGTERM'))
    if (process.connected) process.once('disconnect', () => resolve('SIGTERM'))
  })
}

/** From now on SIGHUP calls `reload` instead of ending the process, as users of certbot and nginx expect. */
export function onHangup(reload: () => unknown): void {
  process.on('SIGHUP', () => void reload())
}
