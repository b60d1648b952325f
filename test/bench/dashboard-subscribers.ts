import { connectAsync } from 'mqtt'
import { decodeLiveFrame } from '../../contract/live-frame.ts'

/**
 * The feeds of many dashboards: MQTT clients over WebSocket that subscribe to the whole fleet and decode each frame.
 * Arguments: number, URL of MQTT over WebSocket, URL of the API, an administrator's token. Runs until SIGTERM, and
 * prints the number of records.
 */
const [dashboards = '', wsUrl = '', apiUrl = '', token = ''] = process.argv.slice(2)
let frames = 0
let records = 0

for (let n = 0; n < Number(dashboards); n++) {
  const answer = await fetch(`${apiUrl}/api/mqtt-tokens`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}` },
  })
  const mqtt = (await answer.json()) as { token: string; client_id_prefix: string }
  const client = await connectAsync(wsUrl, {
    clientId: `${mqtt.client_id_prefix}bench-${n}`,
    username: 'x',
    password: mqtt.token,
    protocolVersion: 4,
    reconnectPeriod: 0,
  })
  client.on('message', (_topic, payload) => {
    const frame = decodeLiveFrame(payload)
    if ('fault' in frame) throw new Error(frame.fault)
    frames++
    records += frame.records.length
  })
  await client.subscribeAsync('live/all')
}
process.once('SIGTERM', () => {
  console.log(`${dashboards} dashboards got ${frames} frames with ${records} positions`)
  process.exit()
})
process.send?.({ ready: true })
