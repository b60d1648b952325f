import { isDeepStrictEqual } from 'node:util'
import { expect } from 'chai'
import fc from 'fast-check'
import type { Packet } from 'mqtt-packet'
import { READING_FIELDS } from '../../../contract/telemetry.ts'
import { openTestBroker, type TestBroker, type TestDevice } from '../../support/broker.ts'
import { logInRaw, type RawClient } from '../../support/clients.ts'
import { eventually } from '../../support/eventually.ts'
import { UNLIMITED_LETTERS } from '../../support/unlimited-letters.ts'
import { sizeOf } from './chance.ts'
import { findForbidden } from './forbidden-rows.ts'
import { judge, type ReadingVerdict, type Values } from './oracle.ts'
import { payloads } from './payloads.ts'

/**
 * A tenth of the number of payloads that are only decoded, because each of these is a message to a broker with a
 * database.
 */
const PAYLOADS = Math.ceil(sizeOf('FUZZ_PAYLOADS', 15_000) / 10)
const SEED = sizeOf('FUZZ_SEED', 1)
/** Concurrent messages, and devices that send them. */
const WINDOW = 100
const DEVICES = 4
const LETTERS_MAX = 100

/** The rows that the database must have for a vehicle in the end. */
interface Expected {
  /** By time in microseconds and by database equality: the values in each notation that was sent. */
  timed: Map<bigint, Map<string, Values[]>>
  /** The values of readings without a time, as sorted texts. */
  untimed: string[]
  letters: number
}

type Row = Values & { us: string; extra: object | null }

describe('generated payloads stored by a broker', function () {
  this.timeout(60_000 + PAYLOADS * 100)
  let broker: TestBroker
  before(async () => {
    broker = await openTestBroker(UNLIMITED_LETTERS)
  })
  after(() => broker.close())

  it('all payloads are acknowledged, and the database has them as they were sent', async () => {
    const startMs = Date.now()
    const samples = fc.sample(payloads(startMs), { numRuns: PAYLOADS, seed: SEED })
    const devices = await Promise.all(Array.from({ length: DEVICES }, () => broker.addDevice()))
    const counts: Record<string, number> = {}
    await Promise.all(
      devices.map(async (device, n) => {
        const mine = samples.filter((_, at) => at % DEVICES === n)
        const client = await logInRaw(broker, device)
        await publishAll(client, device, mine)
        client.socket.destroy()
        const found = await compare(broker, device, expectationOf(mine))
        for (const [name, count] of Object.entries(found)) counts[name] = (counts[name] ?? 0) + count
      }),
    )
    expect(await findForbidden(broker.db.sql)).to.deep.equal([])
    const bad = broker.log.filter(({ level }) => level === 'error' || level === 'fatal')
    expect(bad).to.deep.equal([])
    const seconds = (Date.now() - startMs) / 1000
    console.log(`    ${JSON.stringify({ seed: SEED, payloads: PAYLOADS, seconds, ...counts })}`)
  })
})

/** Publishes over one connection, a window at a time, and expects every payload to be acknowledged. */
async function publishAll(client: RawClient, { topic }: TestDevice, all: readonly Buffer[]): Promise<void> {
  for (let from = 0; from < all.length; from += WINDOW) {
    const packets = all.slice(from, from + WINDOW).map((payload, n): Packet => {
      const messageId = ((from + n) % 65_535) + 1
      return { cmd: 'publish', topic, payload, qos: 1, messageId, retain: false, dup: false }
    })
    client.send(...packets)
    await eventually(
      `acks after ${from}`,
      () => {
        if (client.socket.destroyed)
          throw new Error(`the connection was closed after ${from} payloads; seed ${SEED}`)
        return client.count('puback') === from + packets.length
      },
      30_000,
    )
  }
}

function expectationOf(all: readonly Buffer[]): Expected {
  const expected: Expected = { timed: new Map(), untimed: [], letters: 0 }
  const receivedUs = BigInt(Date.now()) * 1000n
  for (const payload of all) {
    const { readings, refused } = judge(payload, receivedUs)
    const bad = refused === undefined ? readings.filter((it) => it === undefined).length : 1
    expected.letters += bad > LETTERS_MAX ? 1 : bad
    for (const reading of readings) add(expected, reading)
  }
  expected.untimed.sort()
  return expected
}

function add({ timed, untimed }: Expected, reading: ReadingVerdict): void {
  if (reading === undefined) return
  const { timeUs, values } = reading
  if (timeUs === undefined) {
    untimed.push(asText(values))
    return
  }
  const instant = timed.get(timeUs) ?? new Map<string, Values[]>()
  timed.set(timeUs, instant)
  const key = equalText(values)
  instant.set(key, [...(instant.get(key) ?? []), values])
}

async function compare(broker: TestBroker, { vehicleId }: TestDevice, expected: Expected) {
  const { timed, untimed, letters } = expected
  const rows = await broker.db.sql<Row[]>`
    select (extract(epoch from time) * 1000000)::numeric::text as us,
      ${broker.db.sql.unsafe(READING_FIELDS.join(', '))}
    from telemetry where vehicle_id = ${vehicleId}`
  const untimedRows: string[] = []
  for (const { us, ...columns } of rows) {
    const values = Object.fromEntries(Object.entries(columns).filter(([, it]) => it !== null)) as Values
    const timeUs = BigInt(us.split('.')[0] ?? '')
    const sent = timed.get(timeUs)?.get(equalText(values))
    // Each only once: a second row with the same values finds no match here.
    timed.get(timeUs)?.delete(equalText(values))
    if (sent === undefined) untimedRows.push(asText(values))
    // The first stored notation stays, and a large message may be overtaken by a later small one.
    else if (!sent.some((it) => isDeepStrictEqual(values, storedForm(it))))
      expect(values).to.deep.equal(storedForm(sent[0] ?? {}))
  }
  const missing = [...timed].flatMap(([us, instant]) => [...instant.keys()].map((it) => `${us}: ${it}`))
  expect(missing.slice(0, 3), 'not stored').to.deep.equal([])
  expect(untimedRows.toSorted()).to.deep.equal(untimed)
  const [found] = await broker.db.sql<{ count: number }[]>`
    select count(*) from rejected_messages where vehicle_id = ${vehicleId}`
  expect(found?.count, 'dead letters').to.equal(letters)
  return { rows: rows.length, withoutTime: untimed.length, letters }
}

/** -0 is stored as 0. */
function storedForm(values: Values): Values {
  const stored = { ...values }
  for (const [name, it] of Object.entries(values)) if (Object.is(it, -0)) stored[name] = 0
  if ('extra' in stored) stored['extra'] = JSON.parse(JSON.stringify(stored['extra'])) as object
  return stored
}

/** The same text for values that the database considers equal, such as -0 and 0. */
function equalText(values: Values): string {
  const plain = Object.entries(values).map(([name, it]) => [name, Object.is(it, -0) ? 0 : it] as const)
  return asText(Object.fromEntries(plain))
}

/** The same text for the same values in any order, because jsonb has its own order. */
function asText(values: Values): string {
  const sorted = (it: object) => Object.entries(it).toSorted(([a], [b]) => (a < b ? -1 : 1))
  const { extra, ...others } = storedForm(values)
  const plain = sorted(others).map(([name, it]) => [name, Object.is(it, -0) ? '-0' : it])
  return JSON.stringify([plain, typeof extra === 'object' ? sorted(extra) : null])
}
