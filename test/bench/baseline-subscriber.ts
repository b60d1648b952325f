import { connectAsync } from 'mqtt'
import { untilSignal } from '../../kit/signals.ts'
import { connect } from '../../sql/connect.ts'

/**
 * The usual alternative: an MQTT.js client that subscribes to everything and inserts each message as it arrives.
 * Arguments: the broker's port and the database's URL.
 */
const [port = '', url = ''] = process.argv.slice(2)
const sql = connect({ url, max: 10, applicationName: 'baseline' })
const client = await connectAsync(`mqtt://127.0.0.1:${port}`)

client.on('message', (topic, payload) => {
  const vehicle = topic.split('/')[1] ?? ''
  const reading = JSON.parse(payload.toString()) as Record<string, number> & { time: string }
  const { time, lat, lon, speed, heading, rpm, fuel_level, coolant_temp, odometer } = reading
  sql`
    insert into baseline (vehicle, time, lat, lon, speed, heading, rpm, fuel_level, coolant_temp, odometer)
    values (${vehicle}, ${time}, ${lat ?? null}, ${lon ?? null}, ${speed ?? null}, ${heading ?? null}, ${rpm ?? null},
      ${fuel_level ?? null}, ${coolant_temp ?? null}, ${odometer ?? null})
    on conflict do nothing`.catch((error: unknown) => console.error(error))
})
await client.subscribeAsync('fleet/+/telemetry', { qos: 1 })
void untilSignal().then(() => process.exit())
process.send?.({ ready: true })
