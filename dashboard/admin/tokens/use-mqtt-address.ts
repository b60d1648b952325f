import type { Problem, Schemas } from '../../../client/client.ts'
import { useApp } from '../../app-context.ts'
import { useRequest } from '../../ui/use-request.ts'

export interface MqttAddress {
  host: string
  port: number
  isTls: boolean
  /** whether the ports are the defaults, because the broker's own are not known */
  isGuess: boolean
}

interface Loaded {
  data?: Schemas['Overview'] | undefined
  error?: Problem | undefined
}

const MQTT_PORT = 1883
const MQTTS_PORT = 8883

/**
 * The broker's address for devices, as far as this page can know it: the page's host and the broker's ports. `undefined` while
 * it is loading, so that nobody copies a value that then changes.
 */
export function useMqttAddress(): MqttAddress | undefined {
  const { api, me } = useApp()
  const isAdmin = me.value.role === 'admin'
  const overview = useRequest(
    async (signal): Promise<Loaded> => (isAdmin ? api.GET('/api/overview', { signal }) : {}),
    [isAdmin],
  )
  if (overview.state === 'loading') return undefined
  const { hostname: host, protocol } = location
  const isTls = protocol === 'https:'
  const broker = overview.data?.broker
  if (!broker) return { host, port: isTls ? MQTTS_PORT : MQTT_PORT, isTls, isGuess: true }
  // If the page came over TLS, but the broker has none, a proxy is between them.
  if (isTls && broker.mqtts_port !== null) return { host, port: broker.mqtts_port, isTls, isGuess: false }
  return { host, port: broker.mqtt_port, isTls: false, isGuess: false }
}
