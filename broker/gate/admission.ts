import type { Duplex } from 'node:stream'
import { networkOf } from '../../kit/network.ts'
import { socketKeyOf } from '../../kit/socket-key.ts'
import { createWaiters } from '../../kit/waiters.ts'

export interface Admission {
  /** Counts a socket until it closes; or tells why it must be closed. */
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
  const counted = new WeakSet<Duplex>()
  const pending = createWaiters()
  /**
   * Sockets that are not logged in, by the addresses of both ends. Nothing of the others is kept here but that they are counted:
   * a closure for each would cost ten thousand devices 5 MB.
   */
  const waiting = new Map<string, { socket: Duplex; remove: () => void }>()
  let connections = 0

  function count(socket: Duplex, network: string): void {
    counted.add(socket)
    connections++
    if (perAddressMax > 0) perNetwork.set(network, (perNetwork.get(network) ?? 0) + 1)
  }

  function uncount(socket: Duplex, network: string): void {
    if (!counted.delete(socket)) return
    connections--
    const left = (perNetwork.get(network) ?? 0) - 1
    if (left > 0) perNetwork.set(network, left)
    else perNetwork.delete(network)
  }

  function leave(key: string): void {
    waiting.get(key)?.remove()
    waiting.delete(key)
  }

  return {
    admit(socket, remoteAddress) {
      const network = networkOf(remoteAddress)
      if (perAddressMax > 0 && (perNetwork.get(network) ?? 0) >= perAddressMax) return 'too_many_from_address'
      if (connections >= connectionsMax && !pending.makeRoom()) return 'too_many_connections'
      count(socket, network)
      // `undefined` if it is closed already.
      const key = socketKeyOf(socket)
      socket.once('close', () => {
        uncount(socket, network)
        if (key !== undefined && waiting.get(key)?.socket === socket) leave(key)
      })
      if (key !== undefined) waiting.set(key, { socket, remove: wait(key, socket, network, remoteAddress) })
      return undefined
    },
    settle(socket) {
      const key = socketKeyOf(socket)
      if (key !== undefined) leave(key)
    },
  }

  function wait(key: string, socket: Duplex, network: string, remoteAddress: string): () => void {
    return pending.add(network, () => {
      leave(key)
      uncount(socket, network)
      close(socket, remoteAddress)
    })
  }
}
