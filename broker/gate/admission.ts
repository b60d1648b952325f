import type { Duplex } from 'node:stream'
import { networkOf } from '../../kit/network.ts'
import { socketKeyOf } from '../../kit/socket-key.ts'
import { createWaiters } from '../../kit/waiters.ts'

export interface Admission {
  /** Counts a socket until it closes, or returns why it must be closed. */
  admit(socket: Duplex, remoteAddress: string): 'too_many_connections' | 'too_many_from_address' | undefined
  /** The socket, or the TLS socket over it, is logged in: it makes room for no other. */
  settle(socket: Duplex): void
}

/**
 * How many sockets there may be, in all and from one address (an IPv6 /64). It counts from the first moment on, before
 * an HTTP request has become a WebSocket. If there are too many, the network with most that are not logged in gives up
 * the oldest of those. The addresses it remembers are those of open sockets only.
 * @param options.close closes a socket that has to make room
 */
export function createAdmission(options: {
  connectionsMax: number
  perAddressMax: number
  close: (socket: Duplex, remoteAddress: string) => void
}): Admission {
  const { connectionsMax, perAddressMax, close } = options
  const perNetwork = new Map<string, number>()
  const pending = createWaiters()
  const settles = new Map<string, () => void>()
  let connections = 0

  /** Counts a socket. The returned function, called once or twice, counts it no longer. */
  function count(network: string): () => void {
    connections++
    if (perAddressMax > 0) perNetwork.set(network, (perNetwork.get(network) ?? 0) + 1)
    let isCounted = true
    return () => {
      if (!isCounted) return
      isCounted = false
      connections--
      const left = (perNetwork.get(network) ?? 0) - 1
      if (left > 0) perNetwork.set(network, left)
      else perNetwork.delete(network)
    }
  }

  return {
    admit(socket, remoteAddress) {
      const network = networkOf(remoteAddress)
      if (perAddressMax > 0 && (perNetwork.get(network) ?? 0) >= perAddressMax) return 'too_many_from_address'
      if (connections >= connectionsMax && !pending.makeRoom()) return 'too_many_connections'
      const uncount = count(network)
      const key = socketKeyOf(socket)
      const settle = pending.add(network, () => {
        leave()
        close(socket, remoteAddress)
      })
      if (key !== undefined) settles.set(key, settle)
      const leave = () => {
        settle()
        uncount()
        if (key !== undefined && settles.get(key) === settle) settles.delete(key)
      }
      socket.once('close', leave)
      return undefined
    },
    settle(socket) {
      const key = socketKeyOf(socket)
      if (key !== undefined) settles.get(key)?.()
    },
  }
}
