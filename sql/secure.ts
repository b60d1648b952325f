import { once } from 'node:events'
import { isIP, type Socket } from 'node:net'
import { connect, type ConnectionOptions } from 'node:tls'
import { FleetwireError } from '../kit/errors.ts'

/** How a connection to the database is encrypted. */
export interface Ssl {
  /** Whether to continue without TLS if the server has none: sslmode `prefer`. */
  optional: boolean
  options: ConnectionOptions
}

const sslRequest = Buffer.from([0, 0, 0, 8, 4, 210, 22, 47])

/**
 * Requests TLS from the server, and returns the socket to continue with.
 * https://www.postgresql.org/docs/current/protocol-flow.html#PROTOCOL-FLOW-SSL
 * postgres.js could do this, but it does not pass errors on in the order that it needs itself: see dial.ts.
 * @throws FleetwireError `tls_refused`; an error of the handshake
 */
export async function secure(socket: Socket, host: string, ssl: Ssl): Promise<Socket> {
  socket.write(sslRequest)
  const [answer] = (await once(socket, 'data')) as [Buffer]
  socket.pause()
  // The answer has one byte: any further bytes were added by an attacker on the network path (CVE-2021-23222).
  const text = answer.length === 1 ? answer.toString('latin1') : ''
  if (text === 'N' && ssl.optional) return socket
  if (text !== 'S') throw new FleetwireError('tls_refused', `${host} does not offer TLS`)
  const servername = isIP(host) ? {} : { servername: host }
  const secured = connect({ ...ssl.options, ...servername, host, socket })
  await once(secured, 'secureConnect')
  return secured
}
