import { FleetwireError } from '../../kit/errors.ts'
import type { Credentials } from '../credentials.ts'
import { createDevice, type Device, type Message, type Qos } from '../devices/device.ts'
import type { DisconnectCause } from '../devices/disconnect.ts'
import { createSlots } from '../devices/slots.ts'
import { createRandom, seedFor } from '../driving/random.ts'
import type { Ledger } from './ledger.ts'
import type { Stats } from './stats.ts'

export interface Fleet {
  devices: readonly Device[]
  /**
   * Resolves once every device is connected, or `stop` is aborted. Reports its progress (0 to 1) to `onTick`.
   * Throws `cannot_connect`.
   */
  open(stop: AbortSignal, onTick: (done: number) => void): Promise<void>
  /** devices that were connected at least once */
  connected(): number
  /** devices that are connected now */
  online(): number
  outstanding(): number
  close(): Promise<void>
}

export interface FleetOptions {
  credentials: readonly Credentials[]
  broker: string
  ca?: string | undefined
  /** QoS of the device at this place */
  qosOf: (index: number) => Qos
  /** whether devices keep their sessions from one connection to the next */
  persistentSessions: boolean
  seed: number
  stats: Stats
  ledger: Pick<Ledger, 'done' | 'resending'>
}

/** Enough to fill a broker's accept queue, few enough for its backlog of 511. */
const CONNECTING_MAX = 200
const OPEN_TIMEOUT_MS = 120_000
const OPEN_TICK_MS = 100

/** All devices of a run. A refused login at the start is an error of the credentials; later the login is tried again. */
export function createFleet(options: FleetOptions): Fleet {
  const { stats, ledger } = options
  const slots = createSlots(CONNECTING_MAX)
  let opened = () => {}
  let refused = (_error: Error) => {}
  const opening = new Promise<void>((resolve, reject) => {
    opened = resolve
    refused = reject
  })
  let isOpening = true
  let everConnected = 0

  const events = {
    done: (message: Message, qos: Qos) => ledger.done(message, qos),
    resending: (messages: Message[]) => ledger.resending(messages),
    connected(again: boolean, offlineMs: number) {
      if (again) stats.reconnected(offlineMs)
      else if (++everConnected === devices.length) opened()
    },
    disconnected: (cause: DisconnectCause) => stats.disconnected(cause),
    failed(device: string, error: Error, byBroker: boolean) {
      stats.counts.failedConnects++
      // If no device has connected yet, the address is wrong or the broker is down. Otherwise the broker may be busy: try again.
      if (isOpening && (byBroker || everConnected === 0))
        refused(cannotConnect(options.broker, device, error))
    },
  }

  const devices = options.credentials.map((credentials, index) => {
    const random = createRandom(seedFor(options.seed, -1 - index))
    const { broker, ca, persistentSessions } = options
    const qos = options.qosOf(index)
    return createDevice({ credentials, broker, ca, qos, persistentSessions, slots, random, events })
  })

  return {
    devices,
    async open(stop, onTick) {
      const deadline = performance.now() + OPEN_TIMEOUT_MS
      const timer = setInterval(() => {
        onTick(everConnected / devices.length)
        if (stop.aborted) opened()
        if (performance.now() < deadline) return
        const detail = `${everConnected} of ${devices.length} devices connected within ${OPEN_TIMEOUT_MS / 1000} s`
        refused(new FleetwireError('cannot_connect', detail))
      }, OPEN_TICK_MS)
      for (const device of devices) device.open()
      try {
        await opening
      } finally {
        isOpening = false
        clearInterval(timer)
      }
    },
    connected: () => everConnected,
    online: () => devices.filter((it) => it.online()).length,
    outstanding: () => devices.reduce((sum, it) => sum + it.outstanding(), 0),
    async close() {
      await Promise.all(devices.map((it) => it.close()))
    },
  }
}

function cannotConnect(broker: string, device: string, error: Error): FleetwireError {
  const why = error instanceof AggregateError ? String(error.errors[0]) : error.message
  return new FleetwireError('cannot_connect', `${device} cannot connect to ${broker}: ${why}`, {
    cause: error,
  })
}
