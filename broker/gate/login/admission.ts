import type { Duplex } from 'node:stream'
import { networkOf } from '../../../kit/network.ts'
import { socketKeyOf } from '../../../kit/socket-key.ts'
import { createWaiters } from '../../../kit/waiters.ts'

export interface Admission {
  /** Counts a socket until it closes, or returns why it must be closed. */
  admit(socket: Duplex, remoteAddress: string): 'too_many_connections' | 'too_many_from_address' | undefined
  /** The socket, or the TLS socket over it, is logged in: it makes room for no other. */
  settle(socket: Duplex): void
}

/** One address, or an IPv6 /64. */
interface Network {
  name: string
  connections: number
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
  const perNetwork = new Map<string, Network>()
  /** the open sockets */
  const counted = new WeakMap<Duplex, Network>()
  const pending = createWaiters()
  /**
   * Of the sockets that are not logged in: the addresses of both ends, and what takes one out of `pending`. Of the others
   * nothing but the count is kept: a closure for each would cost 5 MB with ten thousand devices.
   */
  const waits = new WeakMap<Duplex, { key: string; remove: () => void }>()
  const waiting = new Map<string, Duplex>()
  let connections = 0

  function count(socket: Duplex, name: string): void {
    const network = perNetwork.get(name) ?? { name, connections: 0 }
    counted.set(socket, network)
    connections++
    network.connections++
    perNetwork.set(name, network)
  }

  function uncount(socket: Duplex): void {
    const network = counted.get(socket)
    if (network === undefined) return
    counted.delete(socket)
    connections--
    network.connections--
    if (network.connections === 0) perNetwork.delete(network.name)
  }

  /** A listener of a socket's `close`, the same function for all of them. */
  function onClose(this: Duplex): void {
    uncount(this)
    leave(this)
  }

  function wait(key: string, socket: Duplex, network: string, remoteAddress: string): void {
    const remove = pending.add(network, () => {
      leave(socket)
      uncount(socket)
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
    return perAddressMax > 0 && (perNetwork.get(network)?.connections ?? 0) >= perAddressMax
  }

  return {
    admit(socket, remoteAddress) {
      const network = networkOf(remoteAddress)
      if (isFull(network)) return 'too_many_from_address'
      if (connections >= connectionsMax && !pending.makeRoom()) return 'too_many_connections'
      count(socket, network)
      // `undefined` if it is closed already.
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
