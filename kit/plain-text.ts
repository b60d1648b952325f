import type { Log } from './log.ts'
import { isLoopback } from './tls-settings.ts'

/** Logs at the start which ports are not encrypted: a warning if other machines can reach them. */
export function logPlainText(log: Log, host: string, listeners: readonly string[]): void {
  const what = listeners.join(', ')
  if (isLoopback(host)) {
    log.info({ event: 'plain_text_on_loopback', host, listeners }, `no TLS on loopback: ${what}`)
    return
  }
  const exposed = 'anyone on the network path can read and use the tokens and passwords of'
  log.warn({ event: 'listening_without_tls', host, listeners }, `${exposed} ${what}, on ${host} without TLS`)
}
