import type { HeldSocket } from './held-socket.ts'

/** Time for the other side to read its CONNACK and close; then the connection is destroyed. */
const REFUSED_WAIT_MS = 1000

/** Answers a CONNECT that aedes is not given, and ends the connection. */
export function refuse(socket: HeldSocket, connack: Buffer): void {
  socket.hold('closing')
  socket.write(connack)
  socket.finish()
  setTimeout(() => socket.destroy(), REFUSED_WAIT_MS).unref()
}
