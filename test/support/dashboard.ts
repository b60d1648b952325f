import type { MqttClient } from 'mqtt'
import { decodeLiveFrame, type LiveFrame, type LiveRecord } from '../../contract/live-frame.ts'
import type { TestBroker, TestDevice } from './broker.ts'
import { logIn } from './clients.ts'
import { eventually } from './eventually.ts'

/** A subscriber of a live feed. */
export interface Dashboard {
  client: MqttClient
  frames: LiveFrame[]
  /** every record of this vehicle, in the order of arrival */
  recordsOf: (vehicleId: number) => LiveRecord[]
  /** Waits for a record of this vehicle. */
  see: (vehicleId: number, like?: Partial<LiveRecord>) => Promise<LiveRecord>
}

/** `login` without `scope`: an administrator. */
export async function openDashboard(
  broker: Pick<TestBroker, 'mqttPort' | 'wsPort' | 'sign'>,
  login: Pick<TestDevice, 'clientId' | 'token'> & { scope?: string } = {
    clientId: `ui/1/${crypto.randomUUID()}`,
    token: broker.sign({ sub: '1', role: 'admin' }),
  },
): Promise<Dashboard> {
  const topic = `live/${login.scope ?? 'all'}`
  // As a browser does.
  const client = await logIn(broker, login, { url: `ws://127.0.0.1:${broker.wsPort}/mqtt` })
  client.on('error', () => {})
  const frames: LiveFrame[] = []
  client.on('message', (at, payload) => {
    if (at !== topic) return
    const frame = decodeLiveFrame(payload)
    if ('fault' in frame) throw new Error(frame.fault)
    frames.push(frame)
  })
  const [granted] = await client.subscribeAsync(topic)
  if (granted?.qos === 128) throw new Error(`${topic} was denied`)
  const recordsOf = (vehicleId: number) =>
    frames.flatMap(({ records }) => records.filter((it) => it.vehicleId === vehicleId))
  return {
    client,
    frames,
    recordsOf,
    see: (vehicleId, like = {}) =>
      eventually(`a record of vehicle ${vehicleId} like ${JSON.stringify(like)}`, () =>
        recordsOf(vehicleId).find((it) =>
          Object.entries(like).every(([name, value]) => it[name as keyof LiveRecord] === value),
        ),
      ),
  }
}
