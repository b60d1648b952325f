import type { MqttClient } from 'mqtt'
import type { Credentials } from '../credentials.ts'
import type { Random } from '../driving/random.ts'
import { backoffMs } from './backoff.ts'
import { closeConnection, openConnection } from './connection.ts'
import { causeOf, type DisconnectCause } from './disconnect.ts'
import type { Session } from './session.ts'
import type { Slots } from './slots.ts'

export interface LinkEvents {
  /** `offlineMs`: since the connection before this one was lost; 0 for the first. */
  connected(again: boolean, offlineMs: number): void
  /** A connection was lost. */
  disconnected(cause: DisconnectCause): void
  /** An attempt to connect failed: `refused` by the broker's CONNACK, otherwise an error of the network. */
  failed(device: string, error: Error, refused: boolean): void
}

/** The connection of a device, opened again after a pause whenever it is lost. */
export interface Link {
  open(): void
  /** `undefined` while the device is offline */
  client(): MqttClient | undefined
  /** Cuts the connection as a lost network does. */
  drop(): void
  /** connections that were lost so far */
  losses(): number
  /** @param isInFlight whether messages are not acknowledged; then the connection is cut */
  close(isInFlight: () => boolean): Promise<void>
}

export interface LinkOptions {
  credentials: Credentials
  broker: string
  /** PEM of the authorities to trust with TLS; `undefined` for the authorities of Node.js */
  ca?: string | undefined
  slots: Slots
  random: Random
  events: LinkEvents
  session: Session | undefined
  onConnect: (via: MqttClient, sessionPresent: boolean) => void
  /** called when a connection is lost, or could not be opened */
  onLost: () => void
}

export function createLink(options: LinkOptions): Link {
  const { credentials, broker, ca, slots, random, events, session, onConnect, onLost } = options
  let client: MqttClient | undefined
  let online = false
  let wasOnline = false
  let closing = false
  let dropping = false
  let losses = 0
  let lostMs = 0
  let attempt = 0
  let timer: NodeJS.Timeout | undefined

  function onOpened(via: MqttClient, sessionPresent: boolean): void {
    // The connection is being closed: by `close`, or because of a session that is not the device's.
    if (closing || (session?.isStrange() && sessionPresent)) return
    online = true
    attempt = 0
    events.connected(wasOnline, wasOnline ? performance.now() - lostMs : 0)
    wasOnline = true
    onConnect(via, sessionPresent)
  }

  function onClosed(error: Error | undefined, refused: boolean): void {
    if (online) {
      losses++
      lostMs = performance.now()
      if (!closing) events.disconnected(dropping ? 'dropped' : causeOf(error))
    } else if (!closing) {
      events.failed(credentials.clientId, error ?? new Error('the broker closed the connection'), refused)
    }
    client = undefined
    online = false
    dropping = false
    onLost()
    if (!closing) timer = setTimeout(() => void tryConnect(), backoffMs(attempt++, random))
  }

  async function tryConnect(): Promise<void> {
    const release = await slots.take()
    if (closing) return release()
    const via = openConnection(
      broker,
      credentials,
      {
        connected(sessionPresent) {
          release()
          onOpened(via, sessionPresent)
        },
        closed(error, refused) {
          release()
          onClosed(error, refused)
        },
      },
      ca,
      session?.options(),
    )
    session?.attach(via)
    client = via
  }

  return {
    open: () => void tryConnect(),
    client: () => (online ? client : undefined),
    drop() {
      if (!online) return
      dropping = true
      client?.stream.destroy()
    },
    losses: () => losses,
    async close(isInFlight) {
      closing = true
      clearTimeout(timer)
      if (client) await closeConnection(client, isInFlight())
    },
  }
}
