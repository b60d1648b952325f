// Follows the live feed: prints the position and state of every vehicle, and again whenever they change, as lines of JSON.
// Needs Node.js 20 and mqtt 5 (npm install mqtt). The settings are in ../README.md, the feed is in ../../docs/live-feed.md.

import { randomUUID } from 'node:crypto'
import { EventEmitter, once } from 'node:events'
import { readFileSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import mqtt from 'mqtt'

const { SERVICE_TOKEN, MQTT_CA_FILE } = process.env
const { API = 'http://127.0.0.1:3000', MQTT_HOST = '127.0.0.1', MQTT_PORT = '1883' } = process.env
if (!SERVICE_TOKEN) throw new Error('SERVICE_TOKEN is needed, with the scopes mqtt:read and positions:read')

/** A frame arrives every 5 s at least. */
const SILENCE_MS = 15_000
/** A snapshot that is requested earlier may lack what a lost frame had. */
const AFTER_GAP_MS = 2000
const SNAPSHOT_INTERVAL_MS = 5000
const REQUEST_MS_MAX = 30_000
const BUFFERED_MAX = 600
const RETRY_MS = 3000

/** Replace it with what you do with a change. */
const show = (vehicle) => console.log(JSON.stringify(vehicle))

/** The newest of each vehicle, by its id. It is kept while there is no connection. */
let vehicles = new Map()

async function call(method, path) {
  const headers = { authorization: `Bearer ${SERVICE_TOKEN}` }
  const signal = AbortSignal.timeout(REQUEST_MS_MAX)
  const response = await fetch(API + path, { method, headers, signal })
  if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${await response.text()}`)
  return response.json()
}

async function getSnapshot() {
  const snapshot = new Map()
  for (let cursor = ''; cursor !== null;) {
    const page = await call('GET', `/api/live${cursor && `?cursor=${cursor}`}`)
    for (const { id, ...vehicle } of page.items) snapshot.set(id, vehicle)
    cursor = page.next_cursor
  }
  return snapshot
}

/** Whether it was new. A vehicle that the snapshot lacks is ignored: a new epoch follows, with another snapshot. */
function put({ id, ...record }) {
  const known = vehicles.get(id)
  if (known === undefined || record.time < known.time) return false
  const { vehicle, name, group, plate, vin, tags } = known
  // All else is replaced: a speed or heading that the record lacks is no longer known.
  vehicles.set(id, { vehicle, name, group, plate, vin, tags, ...record })
  return true
}

/** Follows the feed over one connection. Throws the reason for its end, also when the token has to be replaced. */
async function follow() {
  const { token, client_id_prefix, scope, expires_at } = await call('POST', '/api/mqtt-tokens')
  const secure = MQTT_CA_FILE && { protocol: 'mqtts', ca: readFileSync(MQTT_CA_FILE) }
  const address = { protocol: 'mqtt', host: MQTT_HOST, port: Number(MQTT_PORT), ...secure }
  const login = { clientId: client_id_prefix + randomUUID(), username: 'subscriber', password: token }
  const options = { ...address, ...login, protocolVersion: 4, reconnectPeriod: 0 }
  const client = await mqtt.connectAsync(options, undefined, false)
  const ending = new AbortController()
  const { signal } = ending
  const end = (reason) => ending.abort(new Error(reason))
  client.on('error', ({ message }) => end(message)).on('close', () => end('the connection was lost'))
  const silence = setTimeout(end, SILENCE_MS, 'no frame arrived')
  const renewal = setTimeout(end, (Date.parse(expires_at) - Date.now()) * 0.8, 'the token is replaced')

  const gaps = new EventEmitter()
  let gapMs = 0
  /** Frames that the next snapshot may lack; `undefined` while no snapshot is needed. */
  let buffered = []
  let last
  client.on('message', (_topic, payload) => {
    silence.refresh()
    const frame = JSON.parse(payload.toString())
    const isNext = last ? frame.epoch === last.epoch && frame.seq === last.seq + 1 : frame.seq !== 1
    last = frame
    if (!isNext) {
      gapMs = Date.now()
      buffered ??= []
      gaps.emit('gap')
    }
    if (buffered?.push(frame) > BUFFERED_MAX) end('a snapshot takes too long')
    for (const record of frame.vehicles) if (put(record)) show(vehicles.get(record.id))
  })
  try {
    await Promise.race([client.subscribeAsync(`live/${scope}/json`), once(signal, 'abort')])
    while (!signal.aborted) {
      const requestedMs = Date.now()
      vehicles = await getSnapshot()
      for (const frame of buffered) frame.vehicles.forEach(put)
      for (const vehicle of vehicles.values()) show(vehicle)
      if (gapMs + AFTER_GAP_MS <= requestedMs) {
        buffered = undefined
        await once(gaps, 'gap', { signal })
      }
      const waitMs = Math.max(AFTER_GAP_MS, requestedMs + SNAPSHOT_INTERVAL_MS - Date.now())
      await sleep(waitMs + Math.random() * 1000, undefined, { signal })
    }
  } finally {
    clearTimeout(silence)
    clearTimeout(renewal)
    await client.endAsync(true)
    signal.throwIfAborted()
  }
}

for (;;) {
  await follow().catch((error) => console.error(error.message))
  await sleep(Math.random() * RETRY_MS)
}
