import { writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect } from 'chai'
import { parser } from 'mqtt-packet'
import type { TestDevice } from '../../support/broker.ts'
import { eventually } from '../../support/eventually.ts'
import { attackOf, type Attack } from './attack.ts'
import { startBrokerProcess, type BrokerProcess } from './broker-process.ts'
import { pick, sizeOf, type Random } from './chance.ts'
import { findForbidden } from './forbidden-rows.ts'
import type { Cast } from './packets.ts'
import { send } from './send.ts'
import { startWitness } from './witness.ts'

const PACKETS = sizeOf('FUZZ_PACKETS', 80_000)
const SEED = sizeOf('FUZZ_SEED', 1)
/** Number of the first attack. To repeat one attack, set this to its number and FUZZ_PACKETS to 1. */
const FIRST = sizeOf('FUZZ_FIRST', 0)
/** Concurrent attacks; some use the same device, and take over each other's connection. */
const ATTACKERS = 24
const DEVICES = 60
/** A broker starts with 150 MiB; twice that plus the data of 24 attacks is plenty. */
const MEMORY_MIB_MAX = 400
/** Sockets opened late: the broker's connections to the database, and the test's to its metrics. */
const SOCKETS_LATE_MAX = 10
/** Attacks kept for the report when the broker fails, which may be some time after the attack. */
const KEPT = 100

describe('mutated packets', function () {
  this.timeout(60_000 + PACKETS * 10)
  let broker: BrokerProcess
  let devices: TestDevice[]
  before(async () => {
    broker = await startBrokerProcess()
    devices = []
    for (let n = 0; n < DEVICES; n++) devices.push(await broker.addDevice(`fuzz-${n}`))
  })
  after(() => broker.close())

  it('no mutated packet stops the broker or harms another device', async () => {
    const socketsBefore = broker.openSockets()
    const witness = await startWitness(broker, 'witness')
    const cast = castOf(broker, devices)
    const kept: Attack[] = []
    const totals: Record<string, number> = {}
    const count = (name: string, more = 1) => (totals[name] = (totals[name] ?? 0) + more)
    let next = FIRST
    let packets = 0

    async function attack(): Promise<void> {
      while (packets < PACKETS && broker.faults().length === 0) {
        const it = attackOf(SEED, next++, cast)
        packets += it.packets
        kept.push(it)
        if (kept.length > KEPT) kept.shift()
        const received = await send(it, it.transport === 'tcp' ? broker.mqttPort : broker.wsPort)
        count(it.transport)
        count(`ended by ${it.ending}`)
        if (it.waits) count('logged in first')
        for (const { cmd } of packetsIn(it, received)) count(`got ${cmd}`)
        for (const [name, times] of Object.entries(it.mutations)) count(name, times)
      }
    }

    const startMs = Date.now()
    try {
      await Promise.all(Array.from({ length: ATTACKERS }, attack))
      expect(broker.faults()).to.deep.equal([])
      await eventually(
        'only the witness is connected',
        async () => (await broker.metric('connections')) === 1,
      )
      const acked = await witness.finish()
      await eventually('nobody is connected', async () => (await broker.metric('connections')) === 0)
      expect(broker.faults()).to.deep.equal([])
      expect(broker.openSockets(), 'open sockets of the broker').to.be.most(socketsBefore + SOCKETS_LATE_MAX)
      expect(broker.memoryMiB(), 'memory of the broker in MiB').to.be.below(MEMORY_MIB_MAX)
      expect(await findForbidden(broker.db.sql), 'forbidden rows').to.deep.equal([])
      const figures = {
        seed: SEED,
        packets,
        connections: next - FIRST,
        seconds: (Date.now() - startMs) / 1000,
        witnessed: acked,
        sockets: [socketsBefore, broker.openSockets()],
        memoryMiB: Math.round(broker.memoryMiB()),
        ...(await metricsOf(broker)),
        ...totals,
      }
      console.log(`    ${JSON.stringify(figures)}`)
    } catch (error) {
      throw new Error(`${String(error)}\n${report(kept)}`, { cause: error })
    }
  })
})

/** The packets of the broker's reply; over WebSocket only whether it replied. */
function packetsIn({ transport }: Attack, received: Buffer): { cmd: string }[] {
  if (transport === 'web socket') return received.length > 0 ? [{ cmd: 'web socket frames' }] : []
  const packets: { cmd: string }[] = []
  const reader = parser({ protocolVersion: 4 })
  reader.on('packet', (packet: { cmd: string }) => packets.push(packet))
  reader.on('error', () => packets.push({ cmd: 'malformed' }))
  reader.parse(received)
  return packets
}

function castOf(broker: BrokerProcess, devices: TestDevice[]): (random: Random) => Cast {
  const other: TestDevice = { ...devices[0]!, vehicle: 'witness', topic: 'fleet/witness/telemetry' }
  const expired = broker.sign({ sub: 'fuzz-1', exp: 1 })
  const badTokens = [
    '',
    'x',
    'a.b.c',
    '\u0000',
    'x'.repeat(5000),
    expired,
    broker.sign({ aud: 'api' }),
    broker.sign({ role: 'user' }),
  ]
  return (random) => ({ own: pick(random, devices), other, badTokens })
}

async function metricsOf(broker: BrokerProcess): Promise<Record<string, number>> {
  const names = [
    'logins_refused_total',
    'publishes_denied_total',
    'subscriptions_denied_total',
    'connections_closed_total',
    'messages_settled_total',
    'readings_stored_total',
    'readings_rejected_total',
  ]
  return Object.fromEntries(
    await Promise.all(names.map(async (name) => [name, await broker.metric(name)] as const)),
  )
}

/** Writes the attacks to a file, and returns how to repeat them. */
function report(attacks: readonly Attack[]): string {
  const path = join(tmpdir(), `fleetwire-fuzz-${process.pid}.json`)
  const lines = attacks.map(({ writes, ...rest }) =>
    JSON.stringify({ ...rest, writes: writes.map((it) => it.toString('hex')) }),
  )
  writeFileSync(path, lines.join('\n'))
  const last = attacks.at(-1)?.number ?? 0
  return (
    `seed ${SEED}; the last ${attacks.length} attacks up to number ${last} are in ${path} in hex. ` +
    `To repeat an attack, set its number: FUZZ_SEED=${SEED} FUZZ_FIRST=<number> FUZZ_PACKETS=1`
  )
}
