import type { Socket } from 'node:net'
import { TLSSocket } from 'node:tls'

/**
 * The common name of the certificate that a client presented, undefined when it presented none. The handshake has
 * verified it: see kit/handshakes.ts. Without a name, or with several, it is '', which is never a client id.
 */
export function certificateNameOf(socket: Socket): string | undefined {
  // A session that was resumed without a certificate counts as authorized, too.
  if (!(socket instanceof TLSSocket) || socket.getPeerX509Certificate() === undefined) return undefined
  // Not the text of X509Certificate.subject, which would have to be parsed.
  const name: unknown = socket.getPeerCertificate().subject?.CN
  return typeof name === 'string' ? name : ''
}
