import type { Server } from 'node:http'
import type { Socket } from 'node:net'
import { networkOf } from '../../kit/network.ts'
import { socketKeyOf } from '../../kit/socket-key.ts'
import { createWaiters } from '../../kit/waiters.ts'

/**
 * Bounds the connections of a server. If there are too many, the network with the most idle connections loses the one
 * that has been idle longest. If none is idle, the new connection is closed.
 */
export function limitConnections(server: Server, connectionsMax: number): void {
  const idle = createWaiters()
  const open = new Map<string, { socket: Socket; leaveIdle: () => void }>()

  function rest(key: string, socket: Socket): () => void {
    return idle.add(networkOf(socket.remoteAddress ?? ''), () => {
      forget(key)
      socket.destroy()
    })
  }

  function forget(key: string): void {
    open.get(key)?.leaveIdle()
    open.delete(key)
  }

  server.on('connection', (socket: Socket) => {
    const key = socketKeyOf(socket)
    if (key === undefined) return
    if (open.size >= connectionsMax && !idle.makeRoom()) {
      socket.destroy()
      return
    }
    open.set(key, { socket, leaveIdle: rest(key, socket) })
    socket.once('close', () => {
      if (open.get(key)?.socket === socket) forget(key)
    })
  })
  server.on('request', (req, res) => {
    const key = socketKeyOf(req.socket)
    const entry = key === undefined ? undefined : open.get(key)
    if (key === undefined || entry === undefined) return
    entry.leaveIdle()
    res.once('close', () => {
      if (open.get(key) === entry) entry.leaveIdle = rest(key, entry.socket)
    })
  })
}
