import { randomBytes } from 'node:crypto'
import { connectAsync, type MqttClient } from 'mqtt'
import type { Reading } from '../../../contract/telemetry.ts'
import { vehicleTopic } from '../../../contract/topics.ts'
import type { Answer, Call } from '../../api/fixture.ts'

export interface TrackerOptions {
  /** of the vehicle; random by default */
  key?: string
  name?: string
  group?: string
}

/** A tracker: an MQTT client that is connected with its token. */
export interface Tracker {
  /** the vehicle's key */
  vehicle: string
  /** the device's key */
  device: string
  client: MqttClient
  /** Resolves when the reading is acknowledged, which means stored. Without a time, it is of now. */
  publish: (reading: Partial<Reading> | readonly Partial<Reading>[]) => Promise<void>
  /** Acknowledges every command from now on with this result. Returns a growing list of their names. */
  answerCommands: (result: unknown) => Promise<string[]>
}

interface TrackerSurroundings {
  /** a request to the API, as an administrator */
  call: (method: string, path: string, call?: Call) => Promise<Answer>
  mqttPort: number
}

export async function openTracker(
  { call, mqttPort }: TrackerSurroundings,
  options: TrackerOptions = {},
): Promise<Tracker> {
  const { key: vehicle = `truck-${randomBytes(4).toString('hex')}`, ...others } = options
  const device = `tracker-of-${vehicle}`
  await call('POST', '/api/vehicles', { body: { key: vehicle, ...others } })
  await call('POST', '/api/devices', { body: { key: device, vehicle } })
  const { body } = await call('POST', `/api/devices/${device}/tokens`, { body: {} })
  const client = await connectTracker(mqttPort, device, String(body.token))
  const topic = vehicleTopic(vehicle, 'telemetry')
  return {
    vehicle,
    device,
    client,
    async publish(reading) {
      await client.publishAsync(topic, JSON.stringify(withTime(reading)), { qos: 1 })
    },
    async answerCommands(result) {
      const names: string[] = []
      client.on('message', (_topic, payload) => {
        const { id, name } = JSON.parse(payload.toString()) as { id: number; name: string }
        names.push(name)
        const answer = JSON.stringify({ id, ok: true, result })
        client.publish(vehicleTopic(vehicle, 'commands/ack'), answer, { qos: 1 })
      })
      await client.subscribeAsync(vehicleTopic(vehicle, 'commands'), { qos: 1 })
      return names
    },
  }
}

/** The client reconnects by itself, as a tracker does. */
export function connectTracker(mqttPort: number, device: string, token: string): Promise<MqttClient> {
  const options = {
    clientId: device,
    username: 'x',
    password: token,
    protocolVersion: 4,
    reconnectPeriod: 100,
  }
  return connectAsync(`mqtt://127.0.0.1:${mqttPort}`, { ...options, protocolVersion: 4 })
}

function withTime(reading: Partial<Reading> | readonly Partial<Reading>[]): unknown {
  const timed = (it: Partial<Reading>) => ({ time: Date.now(), ...it })
  return Array.isArray(reading) ? reading.map(timed) : timed(reading as Partial<Reading>)
}
