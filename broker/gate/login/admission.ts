import type { Duplex } from 'node:stream'
import { networkOf } from '../../../kit/network.ts'
import { socketKeyOf } from '../../../kit/socket-key.ts'
import { createWaiters } from '../../../kit/waiters.ts'

export interface Admission {
  /** Counts a socket until it closes, or returns why it must be closed. */
  admit(socket: Duplex, remoteAddress: string): 'too_many_connections' | 'too_many_from_address' | undefined
  /** The socket, or the TLS socket over it, is logged in: it no longer has to make room for another. */
  settle(socket: Duplex): void
}

/**
 * Bounds the number of sockets, in all and from one address (an IPv6 /64). Sockets count from the first moment on, before an HTTP
 * request has become a WebSocket. If there are too many, the network with most sockets that are not logged in gives
 * up the oldest of these sockets. Only the addresses of open sockets are remembered.
 * @param options.close closes a socket that has to make room
 */
export function createAdmission(options: {
  connectionsMax: number
  perAddressMax: number
  close: (socket: Duplex, remoteAddress: string) => void
}): Admission {
  const { connectionsMax, perAddressMax, close } = options
  const sockets = createSocketCount()
  const pending = createWaiters()
  /**
   * Of the sockets that are not logged in: the addresses of both ends, and a function that removes one from `pending`. The other
   * sockets are only counted: a closure for each would cost 5 MB with ten thousand devices.
   */
  const waits = new WeakMap<Duplex, { key: string; remove: () => void }>()
  const waiting = new Map<string, Duplex>()

  /** A listener of a socket's `close`, the same function for all of them. */
  function onClose(this: Duplex): void {
    sockets.remove(this)
    leave(this)
  }

  function wait(key: string, socket: Duplex, network: string, remoteAddress: string): void {
    const remove = pending.add(network, () => {
      leave(socket)
      sockets.remove(socket)
      close(socket, remoteAddress)
    })
    waits.set(socket, { key, remove })
    waiting.set(key, socket)
  }

  function leave(socket: Duplex): void {
    const entry = waits.get(socket)
    if (entry === undefined) return
    entry.remove()
    waits.delete(socket)
    if (waiting.get(entry.key) === socket) waiting.delete(entry.key)
  }

  function isFull(network: string): boolean {
    return perAddressMax > 0 && sockets.ofNetwork(network) >= perAddressMax
  }

  return {
    admit(socket, remoteAddress) {
      const network = networkOf(remoteAddress)
      if (isFull(network)) return 'too_many_from_address'
      if (sockets.total >= connectionsMax && !pending.makeRoom()) return 'too_many_connections'
      sockets.add(socket, network)
      // `undefined` if the socket is closed already.
      const key = socketKeyOf(socket)
      socket.on('close', onClose)
      if (key !== undefined) wait(key, socket, network, remoteAddress)
      return undefined
    },
    settle(socket) {
      const key = socketKeyOf(socket)
      const waitingSocket = key === undefined ? undefined : waiting.get(key)
      if (waitingSocket !== undefined) leave(waitingSocket)
    },
  }
}

/** One address, or an IPv6 /64. */
interface Network {
  name: string
  connections: number
}

/** Counts the open sockets, in all and of each network. */
function createSocketCount() {
  const networks = new Map<string, Network>()
  /** the open sockets */
  const counted = new WeakMap<Duplex, Network>()
  let total = 0

  return {
    get total() {
      return total
    },
    ofNetwork: (name: string) => networks.get(name)?.connections ?? 0,
    add(socket: Duplex, name: string): void {
      const network = networks.get(name) ?? { name, connections: 0 }
      counted.set(socket, network)
      total++
      network.connections++
      networks.set(name, network)
    },
    /** Has no effect on a socket that is not counted. */
    remove(socket: Duplex): void {
      const network = counted.get(socket)
      if (network === undefined) return
      counted.delete(socket)
      total--
      network.connections--
      if (network.connections === 0) networks.delete(network.name)
    },
  }
}
