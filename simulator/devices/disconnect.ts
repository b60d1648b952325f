/**
 * Why a connection was lost: `dropped` by the fault injector, `closed` by the broker, `reset` as by a killed broker,
 * `silent` if a ping was not answered.
 */
export type DisconnectCause = 'dropped' | 'closed' | 'reset' | 'silent' | 'other'

/** `error` is `undefined` if the connection simply ended. */
export function causeOf(error: Error | undefined): DisconnectCause {
  if (error === undefined) return 'closed'
  const code = 'code' in error ? error.code : undefined
  if (code === 'ECONNRESET' || code === 'EPIPE') return 'reset'
  return error.message === 'Keepalive timeout' ? 'silent' : 'other'
}
