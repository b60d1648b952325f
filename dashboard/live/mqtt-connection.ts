import type { IClientOptions, MqttClient } from 'mqtt'

export interface MqttConnection {
  /** Returns `undefined` if the broker accepted the subscription, otherwise the reason. */
  subscribe(topic: string): Promise<string | undefined>
  unsubscribe(topic: string): void
  close(): void
}

export interface MqttConnectionOptions {
  url: string
  clientId: string
  token: string
  onMessage(topic: string, payload: Uint8Array): void
  /** Called once, unless this page closed the connection. */
  onClose(reason: string): void
}

const CONNECT_TIMEOUT_MS = 10_000
/** The timers of a hidden tab may run only once a minute, and mqtt.js checks twice in this time. */
const KEEPALIVE_S = 120

/**
 * Connects with a clean session. A loss is reported; live-fleet.ts reconnects. mqtt.js is loaded with the first call.
 * @throws Error if there is no connection within 10 s, or the broker refuses it
 */
export async function connectMqtt(options: MqttConnectionOptions): Promise<MqttConnection> {
  // mqtt.js for browsers has only a default export.
  const { default: mqtt } = await import('mqtt')
  const settings: IClientOptions = {
    clientId: options.clientId,
    username: 'dashboard',
    password: options.token,
    protocolVersion: 4,
    clean: true,
    reconnectPeriod: 0,
    resubscribe: false,
    queueQoSZero: false,
    connectTimeout: CONNECT_TIMEOUT_MS,
    keepalive: KEEPALIVE_S,
    // Other variants use a worker from a blob: URL, which the page's policy forbids.
    timerVariant: 'native',
  }
  const client = mqtt.connect(options.url, settings)
  await untilConnected(client)

  let isOver = false
  let reason = 'the connection was lost'
  client.on('error', (error) => (reason = error.message))
  client.on('message', (topic, payload) => {
    if (!isOver) options.onMessage(topic, payload)
  })
  client.on('close', () => {
    if (isOver) return
    isOver = true
    client.end(true)
    options.onClose(reason)
  })

  return {
    async subscribe(topic) {
      const isGranted = await client.subscribeAsync(topic, { qos: 0 }).then(
        (granted) => granted.every(({ qos }) => qos < 128),
        () => false,
      )
      if (isGranted) return undefined
      return isOver ? reason : `the broker refuses ${topic}`
    },
    unsubscribe(topic) {
      client.unsubscribe(topic, () => {})
    },
    close() {
      if (isOver) return
      isOver = true
      client.end(true)
    },
  }
}

async function untilConnected(client: MqttClient): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    let reason = 'the broker does not answer'
    const onError = (error: Error) => (reason = error.message)
    const onClose = () => {
      client.end(true)
      // Ignores late errors of a connection that was given up.
      client.on('error', () => {})
      reject(new Error(reason))
    }
    client.on('error', onError)
    client.once('close', onClose)
    client.once('connect', () => {
      client.off('close', onClose)
      client.off('error', onError)
      resolve()
    })
  })
}
