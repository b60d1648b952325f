import type { Socket } from 'node:net'
import type { Duplex } from 'node:stream'

/**
 * A TCP connection by the addresses of both ends: Node.js shows the TCP socket where it begins, and the TLS socket later.
 * `undefined` if it is closed, or not a socket.
 */
export function socketKeyOf(socket: Duplex): string | undefined {
  const { remoteAddress, remotePort, localAddress, localPort } = socket as Socket
  return remotePort === undefined ? undefined : `${remoteAddress} ${remotePort} ${localAddress} ${localPort}`
}
