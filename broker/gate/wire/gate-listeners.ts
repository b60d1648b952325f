import type { Duplex } from 'node:stream'
import type { Aedes } from 'aedes'
import type { Log } from '../../../kit/log.ts'
import type { Tls } from '../../../kit/tls.ts'
import type { Admission } from '../login/admission.ts'
import { PACKET_BYTES_MAX, type Sessions } from '../sessions/sessions.ts'
import {
  listenTcp,
  listenWebSocket,
  type Listener,
  type OnConnection,
  type SocketAdmission,
} from './listeners.ts'

export interface GateListeners {
  /** Opens a port for MQTT and one for MQTT over WebSocket, and returns their numbers. Throws `cannot_listen`. */
  open(host: string, mqttPort: number, wsPort: number, tls?: Tls): Promise<[number, number]>
  /** Stops accepting; existing connections stay. */
  close(): void
}

interface GateListenersOptions {
  aedes: Aedes
  sessions: Sessions
  admission: Admission
  sockets: WeakMap<Duplex, Duplex>
  upgradeTimeoutMs: number
  log: Log
}

/** The listeners of the gate, whose connections become sessions of aedes. */
export function createGateListeners(options: GateListenersOptions): GateListeners {
  const { aedes, sessions, admission, sockets, upgradeTimeoutMs, log } = options
  const listeners: Listener[] = []

  const onConnection: OnConnection = (stream, remoteAddress, { socket, certificateName }) => {
    const session = sessions.open(stream, remoteAddress, certificateName)
    sockets.set(session.edge, socket)
    aedes.handle(session.edge)
    return {
      isLoggedIn: () => session.identity !== undefined,
      end: (reason) => sessions.end(session, reason),
    }
  }

  const socketAdmission: SocketAdmission = {
    admit(socket, remoteAddress) {
      const reason = admission.admit(socket, remoteAddress)
      if (reason !== undefined) sessions.refuse(socket, remoteAddress, reason)
      return reason === undefined
    },
    timeOut: (socket, remoteAddress) => sessions.refuse(socket, remoteAddress, 'connect_timeout'),
  }

  const onError = (error: Error) =>
    log.error({ event: 'accept_failed', err: error }, 'connection not accepted')

  return {
    async open(host, mqttPort, wsPort, tls) {
      const tcp = await listenTcp({ host, port: mqttPort, socketAdmission, onConnection, onError, tls })
      listeners.push(tcp)
      const webSocketOptions = { host, port: wsPort, socketAdmission, onConnection, onError, tls }
      const webSocket = await listenWebSocket(webSocketOptions, {
        messageBytesMax: PACKET_BYTES_MAX,
        upgradeTimeoutMs,
      })
      listeners.push(webSocket)
      return [tcp.port, webSocket.port]
    },
    close() {
      for (const listener of listeners) listener.close()
    },
  }
}
