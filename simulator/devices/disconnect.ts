/**
 * Why a connection was lost: `dropped` by the fault injector, `closed` by the broker, `reset` as by a broker that was
 * killed, `silent` when it did not answer a ping.
 */
export type DisconnectCause = 'dropped' | 'closed' | 'reset' | 'silent' | 'other'

/** `error` is undefined when the connection simply ended. */
export function causeOf(error: Error | undefined): DisconnectCause {
  if (error === undefined) return 'closed'
  const code = 'code' in error ? error.code : undefined
  if (code === 'ECONNRESET' || code === 'EPIPE') return 'reset'
  return error.message === 'Keepalive timeout' ? 'silent' : 'other'
}
