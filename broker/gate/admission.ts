import type { Duplex } from 'node:stream'
import { networkOf } from '../../kit/network.ts'

export interface Admission {
  /** Counts a socket until it closes; or tells why it must be closed. */
  admit(socket: Duplex, remoteAddress: string): 'too_many_connections' | 'too_many_from_address' | undefined
}

/**
 * How many sockets there may be, in all and from one address (an IPv6 /64). It counts from the first moment on, before
 * an HTTP request has become a WebSocket. The addresses it remembers are those of open sockets only.
 */
export function createAdmission(options: { connectionsMax: number; perAddressMax: number }): Admission {
  const { connectionsMax, perAddressMax } = options
  const perNetwork = new Map<string, number>()
  let connections = 0

  return {
    admit(socket, remoteAddress) {
      if (connections >= connectionsMax) return 'too_many_connections'
      const network = networkOf(remoteAddress)
      const count = perNetwork.get(network) ?? 0
      if (perAddressMax > 0 && count >= perAddressMax) return 'too_many_from_address'
      connections++
      if (perAddressMax > 0) perNetwork.set(network, count + 1)
      socket.once('close', () => {
        connections--
        const left = (perNetwork.get(network) ?? 0) - 1
        if (left > 0) perNetwork.set(network, left)
        else perNetwork.delete(network)
      })
      return undefined
    },
  }
}
