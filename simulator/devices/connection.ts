import { connect, type IClientOptions, type MqttClient } from 'mqtt'
import type { Credentials } from '../credentials.ts'

export interface ConnectionEvents {
  /** `sessionPresent` if the broker continues a session that it kept. */
  connected: (sessionPresent: boolean) => void
  /**
   * Called once, also if the connection was never established. Without an error it was closed normally. `refused` if the CONNACK
   * of the broker refused it.
   */
  closed: (error: Error | undefined, refused: boolean) => void
}

const KEEPALIVE_S = 60
const CONNECT_TIMEOUT_MS = 15_000
const CLOSE_TIMEOUT_MS = 2000

/**
 * One connection of MQTT 3.1.1, which does not reconnect; with a clean session unless `session` has another setting.
 * @param ca PEM of the authorities to trust with TLS
 */
export function openConnection(
  broker: string,
  credentials: Credentials,
  events: ConnectionEvents,
  ca?: string,
  session: Pick<IClientOptions, 'clean' | 'messageIdProvider' | 'outgoingStore'> = { clean: true },
): MqttClient {
  const client = connect(broker, {
    clientId: credentials.clientId,
    username: credentials.userName,
    password: credentials.token,
    protocolVersion: 4,
    ...session,
    reconnectPeriod: 0,
    keepalive: KEEPALIVE_S,
    // Saves a timer for every message; the pings of ten thousand idle devices are cheaper.
    reschedulePings: false,
    connectTimeout: CONNECT_TIMEOUT_MS,
    queueQoSZero: false,
    ...(ca !== undefined && { ca }),
  })
  let lastError: Error | undefined
  client.on('error', (error) => (lastError = error))
  client.on('connect', ({ sessionPresent }) => events.connected(sessionPresent))
  client.once('close', () => {
    const code = lastError && 'code' in lastError ? lastError.code : undefined
    // mqtt.js gives a CONNACK's return code as a number, the network's errors as text
    events.closed(lastError, typeof code === 'number')
  })
  return client
}

/** Sends a DISCONNECT, unless messages are in flight: mqtt.js would wait for them forever. */
export async function closeConnection(client: MqttClient, inFlight: boolean): Promise<void> {
  await new Promise<void>((resolve) => {
    const deadline = setTimeout(resolve, CLOSE_TIMEOUT_MS)
    client.end(inFlight, () => {
      clearTimeout(deadline)
      resolve()
    })
  })
}
