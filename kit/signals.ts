/**
 * Resolves with the name of the first SIGTERM or SIGINT. Later ones are ignored: closing has its own deadline. The
 * death of a parent process that started us as its child counts as SIGTERM. So does the end of the reader of standard output, as in
 * `npm start | head`, once something is written there: Node.js would end this process at once, and leave the database running.
 */
export function untilSignal(): Promise<NodeJS.Signals> {
  return new Promise((resolve) => {
    for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, () => resolve(signal))
    process.stdout.on('error', () => resolve('SIGTERM'))
    if (process.connected) process.once('disconnect', () => resolve('SIGTERM'))
  })
}

/** Instead of ending the process, SIGHUP calls `reload` from now on: what certbot's and nginx' users expect of it. */
export function onHangup(reload: () => unknown): void {
  process.on('SIGHUP', () => void reload())
}
