import { connect, type MqttClient } from 'mqtt'
import type { Credentials } from '../credentials.ts'

export interface ConnectionEvents {
  connected: () => void
  /**
   * Once, also when it never was connected. Without an error it simply ended. `refused`: the broker's CONNACK said no.
   */
  closed: (error: Error | undefined, refused: boolean) => void
}

const KEEPALIVE_S = 60
const CONNECT_TIMEOUT_MS = 15_000
const CLOSE_TIMEOUT_MS = 2000

/** One connection with a clean session of MQTT 3.1.1, which does not reconnect. `ca`: PEM of whom to trust with TLS. */
export function openConnection(
  broker: string,
  credentials: Credentials,
  events: ConnectionEvents,
  ca?: string,
): MqttClient {
  const client = connect(broker, {
    clientId: credentials.clientId,
    username: credentials.userName,
    password: credentials.token,
    protocolVersion: 4,
    clean: true,
    reconnectPeriod: 0,
    keepalive: KEEPALIVE_S,
    // A timer less for every message; the pings of ten thousand idle devices are cheaper.
    reschedulePings: false,
    connectTimeout: CONNECT_TIMEOUT_MS,
    queueQoSZero: false,
    ...(ca !== undefined && { ca }),
  })
  let lastError: Error | undefined
  client.on('error', (error) => (lastError = error))
  client.on('connect', events.connected)
  client.once('close', () => {
    const code = lastError && 'code' in lastError ? lastError.code : undefined
    // mqtt.js gives a CONNACK's return code as a number, the network's errors as text
    events.closed(lastError, typeof code === 'number')
  })
  return client
}

/** Takes leave politely, unless messages are in flight: the polite end would wait for them for ever. */
export async function closeConnection(client: MqttClient, inFlight: boolean): Promise<void> {
  await new Promise<void>((resolve) => {
    const deadline = setTimeout(resolve, CLOSE_TIMEOUT_MS)
    client.end(inFlight, () => {
      clearTimeout(deadline)
      resolve()
    })
  })
}
