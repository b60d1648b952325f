import { expect } from 'chai'
import { connectAsync } from 'mqtt'
import type { BrokerProcess } from './broker-process.ts'

export interface Witness {
  /** Stops sending, compares stored with acknowledged readings, and returns the number of acknowledged ones. */
  finish(): Promise<number>
}

const PER_SECOND = 3

/** A well-behaved device. It publishes one reading after the other, and must not be affected by the others. */
export async function startWitness(broker: BrokerProcess, key: string): Promise<Witness> {
  const device = await broker.addDevice(key)
  const client = await connectAsync(
    `mqtt://127.0.0.1:${broker.mqttPort}`,
    {
      clientId: key,
      username: 'x',
      password: device.token,
      protocolVersion: 4,
      reconnectPeriod: 0,
      keepalive: 60,
    },
    false,
  )
  const startMs = Math.floor(Date.now() / 1000) * 1000 - 86_400_000
  // Whole seconds, so that several readings share each second.
  const timeOf = (n: number) => startMs + Math.floor(n / PER_SECOND) * 1000
  let acked = 0
  const state = { stopped: false }
  const closed = new Promise<never>((_resolve, reject) => {
    client.on('close', () => reject(new Error(`the connection of ${key} was closed after ${acked} readings`)))
  })
  closed.catch(() => {})
  const sending = (async () => {
    while (!state.stopped) {
      const reading = { time: timeOf(acked), speed: acked % 400, seq: acked }
      await Promise.race([client.publishAsync(device.topic, JSON.stringify(reading), { qos: 1 }), closed])
      acked++
    }
  })()
  // Checked in `finish`.
  sending.catch(() => {})

  return {
    async finish() {
      state.stopped = true
      await sending
      await client.endAsync()
      const rows = await broker.db.sql<{ seq: number; speed: number; ms: number }[]>`
        select seq, speed, (extract(epoch from time) * 1000)::float8 as ms from telemetry
        where vehicle_id = ${device.vehicleId} order by seq`
      expect(rows.length, 'stored as often as acknowledged').to.equal(acked)
      for (const [n, row] of rows.entries()) {
        expect([row.seq, row.speed, row.ms]).to.deep.equal([n, n % 400, timeOf(n)])
      }
      return acked
    },
  }
}
