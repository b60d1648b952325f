import type { Problem, Schemas } from '../../../client/client.ts'
import { useApp } from '../../app-context.ts'
import { useRequest } from '../../ui/use-request.ts'

export interface MqttAddress {
  host: string
  port: number
  isTls: boolean
  /** nobody said so: they are the ones that a broker has unless it is told otherwise */
  isGuess: boolean
}

interface Asked {
  data?: Schemas['Overview'] | undefined
  error?: Problem | undefined
}

const MQTT_PORT = 1883
const MQTTS_PORT = 8883

/**
 * Where devices reach the broker, as far as this page can know: the host that it was loaded from, and the broker's ports.
 * Undefined until that is known, so that nobody copies what changes a moment later.
 */
export function useMqttAddress(): MqttAddress | undefined {
  const { api, me } = useApp()
  const isAdmin = me.value.role === 'admin'
  const overview = useRequest(
    async (signal): Promise<Asked> => (isAdmin ? api.GET('/api/overview', { signal }) : {}),
    [isAdmin],
  )
  if (overview.state === 'loading') return undefined
  const { hostname: host, protocol } = location
  const isTls = protocol === 'https:'
  const broker = overview.data?.broker
  if (!broker) return { host, port: isTls ? MQTTS_PORT : MQTT_PORT, isTls, isGuess: true }
  // A page that came over TLS through a proxy, of a broker that has none itself.
  if (isTls && broker.mqtts_port !== null) return { host, port: broker.mqtts_port, isTls, isGuess: false }
  return { host, port: broker.mqtt_port, isTls: false, isGuess: false }
}
