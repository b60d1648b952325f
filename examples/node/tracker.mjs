// A tracker that keeps its readings until Fleetwire has committed them, and answers commands.
// Needs Node.js 20 and mqtt 5 (npm install mqtt). The settings are in ../README.md.

import { readFileSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import mqtt from 'mqtt'

const { DEVICE, VEHICLE, DEVICE_TOKEN, MQTT_CA_FILE } = process.env
const { MQTT_HOST = '127.0.0.1', MQTT_PORT = '1883', INTERVAL_S = '10' } = process.env
if (!DEVICE || !VEHICLE || !DEVICE_TOKEN) throw new Error('DEVICE, VEHICLE and DEVICE_TOKEN are needed')

/** Readings without a PUBACK; beyond it new ones are lost. */
const KEPT_MAX = 10_000
/** Readings in a message; Fleetwire accepts 1000. */
const BATCH_MAX = 100
const ANSWERS_MAX = 100
const BACKOFF_MS = { min: 1000, max: 60_000 }

/** Replace it with your sensors. A reading has its own time, which identifies it when it is sent again. */
function measure() {
  const time = Date.now()
  return { time, lat: 59.33, lon: 18.06 + (time % 60_000) / 1e6, speed: 62.5 }
}

/** Replace it with the actions of your vehicle. `result` is optional. */
function obey(name, params) {
  if (name === 'ping') return { ok: true, result: params }
  return { ok: false, result: `there is no command ${name}` }
}

const client = mqtt.connect({
  protocol: MQTT_CA_FILE ? 'mqtts' : 'mqtt',
  ...(MQTT_CA_FILE && { ca: readFileSync(MQTT_CA_FILE) }),
  host: MQTT_HOST,
  port: Number(MQTT_PORT),
  clientId: DEVICE,
  username: 'tracker',
  password: DEVICE_TOKEN,
  protocolVersion: 4,
  reconnectPeriod: BACKOFF_MS.min,
  reconnectOnConnackError: true,
  resubscribe: false,
})

client.on('connect', () => {
  console.log('connected')
  client.options.reconnectPeriod = BACKOFF_MS.min
  const topics = [`fleet/${VEHICLE}/commands`, `fleet/${VEHICLE}/rejected`]
  client.subscribe(topics, { qos: 1 }, (error) => error && console.error(error.message))
})
client.on('reconnect', () => {
  client.options.reconnectPeriod = Math.min(client.options.reconnectPeriod * 2, BACKOFF_MS.max)
})
client.on('error', (error) => console.error(error.message))

/** Answers by the command's id. A command may arrive more than once: it is executed once, and answered each time. */
const answers = new Map()
client.on('message', (topic, payload) => {
  const content = JSON.parse(payload.toString())
  if (topic.endsWith('/rejected')) {
    console.log('rejected:', JSON.stringify(content.rejected))
    return
  }
  const { id, name, params } = content
  if (!answers.has(id)) answers.set(id, { id, ...obey(name, params) })
  client.publish(`fleet/${VEHICLE}/commands/ack`, JSON.stringify(answers.get(id)), { qos: 1 })
  if (answers.size > ANSWERS_MAX) answers.delete(answers.keys().next().value)
})

/** The oldest first; a reading is removed with its PUBACK. */
const readings = []
let seq = 0
const sensors = setInterval(
  () => {
    if (readings.length < KEPT_MAX) readings.push({ ...measure(), seq })
    seq++
  },
  Number(INTERVAL_S) * 1000,
)

const stop = new AbortController()
for (const signal of ['SIGINT', 'SIGTERM']) {
  process.once(signal, () => {
    stop.abort()
    clearInterval(sensors)
    if (readings.length > 0) console.log(`waiting for ${readings.length} PUBACKs; again to end without them`)
  })
}

while (!stop.signal.aborted || readings.length > 0) {
  const batch = readings.slice(0, BATCH_MAX)
  if (batch.length > 0) {
    // Resolves with the PUBACK. If the connection is lost before, mqtt.js resends the message as soon as it is back.
    await client.publishAsync(`fleet/${VEHICLE}/telemetry`, JSON.stringify(batch), { qos: 1 })
    readings.splice(0, batch.length)
    console.log('acknowledged', batch.length)
  } else await sleep(50)
}
await client.endAsync()
