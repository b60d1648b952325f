import { expect } from 'chai'
import { ROW_COLUMNS, RowBuffer } from '../../../broker/ingest/row-buffer.ts'
import type { StateReading } from '../../../broker/state-reading.ts'
import { NUMBER_FIELDS, READING_FIELDS, type Reading } from '../../../contract/telemetry.ts'
import { seeded, whole } from '../../support/seeded.ts'

const PG_EPOCH_US = 946_684_800_000_000n
type Value = bigint | number | boolean | string | object | null
type Row = Record<string, Value>

/**
 * Reads COPY data as PostgreSQL does (https://www.postgresql.org/docs/current/sql-copy.html); fails on any deviation.
 */
function readCopy(data: Buffer): Row[] {
  expect(data.subarray(0, 11).toString('latin1')).to.equal('PGCOPY\n\xff\r\n\0')
  expect(data.readUInt32BE(11), 'flags').to.equal(0)
  expect(data.readUInt32BE(15), 'length of the header extension').to.equal(0)
  let at = 19
  const rows: Row[] = []
  while (data.readInt16BE(at) !== -1) {
    expect(data.readInt16BE(at), 'fields').to.equal(ROW_COLUMNS.length)
    at += 2
    const row: Row = {}
    for (const name of ROW_COLUMNS) {
      const length = data.readInt32BE(at)
      at += 4
      row[name] = length === -1 ? null : readValue(name, data.subarray(at, at + length), length)
      at += Math.max(length, 0)
    }
    rows.push(row)
  }
  expect(data.length, 'end of the data').to.equal(at + 2)
  return rows
}

function readValue(name: string, bytes: Buffer, length: number): Value {
  expect(bytes.length).to.equal(length)
  if (name in NUMBER_FIELDS) {
    expect(length, name).to.equal(8)
    return bytes.readDoubleBE()
  }
  if (name === 'ignition') {
    expect(bytes.toString('hex')).to.match(/^0[01]$/)
    return bytes[0] === 1
  }
  if (name === 'status') return bytes.toString('utf8')
  if (name === 'extra') {
    expect(bytes[0], 'version of jsonb').to.equal(1)
    return JSON.parse(bytes.subarray(1).toString('utf8')) as object
  }
  expect(length, name).to.equal(8)
  return bytes.readBigInt64BE()
}

interface Written {
  vehicleId: number
  deviceId: number
  timeUs: number
  receivedUs: number
  reading: Reading
}

function write(rows: RowBuffer, it: Written): void {
  rows.write(it.vehicleId, it.deviceId, it.timeUs, it.receivedUs, it.reading)
}

function expectedRow({ vehicleId, deviceId, timeUs, receivedUs, reading }: Written): Row {
  const { time: _time, seq, ...values } = reading
  const empty = Object.fromEntries(ROW_COLUMNS.map((name) => [name, null]))
  return {
    ...empty,
    ...values,
    vehicle_id: BigInt(vehicleId),
    device_id: BigInt(deviceId),
    time: BigInt(timeUs) - PG_EPOCH_US,
    received_at: BigInt(receivedUs) - PG_EPOCH_US,
    seq: seq === undefined ? null : BigInt(seq),
  }
}

const TIME_US = 1_795_248_000_123_456
const full: Written = {
  vehicleId: 7,
  deviceId: 9,
  timeUs: TIME_US,
  receivedUs: TIME_US + 1,
  reading: {
    ...Object.fromEntries(Object.keys(NUMBER_FIELDS).map((name) => [name, 0.5])),
    time: 'not written: it was read before',
    lat: -33.8688,
    lon: 151.2093,
    altitude: -0.1,
    speed: 0,
    heading: 359.99,
    rpm: 20_000,
    engine_load: 1e-300,
    fuel_level: 100,
    fuel_rate: 0.1,
    coolant_temp: -60,
    battery_voltage: 12.6,
    odometer: 10_000_000,
    ignition: true,
    status: 'geparkt \u{1f69a} ü',
    seq: Number.MAX_SAFE_INTEGER,
    extra: { 'ü"\\': 'x\u{1f69a}', a: null, b: false, c: -1.5e-7 },
  },
}
const bare: Written = {
  vehicleId: 1,
  deviceId: 2,
  timeUs: TIME_US,
  receivedUs: TIME_US,
  reading: { speed: 50 },
}

function randomRow(random: () => number): Written {
  const reading: Reading = {}
  for (const name of Object.keys(NUMBER_FIELDS) as (keyof typeof NUMBER_FIELDS)[]) {
    if (random() < 0.5) reading[name] = (random() - 0.5) * 10 ** whole(random, -5, 7)
  }
  if (random() < 0.5) reading.ignition = random() < 0.5
  if (random() < 0.5) reading.status = '\u{1f69a}ü1'.repeat(whole(random, 1, 8))
  if (random() < 0.5) reading.seq = whole(random, 0, Number.MAX_SAFE_INTEGER)
  if (random() < 0.3) {
    const names = Array.from({ length: whole(random, 0, 32) }, (_, n) => `sensor ${n}`)
    reading.extra = Object.fromEntries(names.map((name) => [name, 'ü'.repeat(whole(random, 0, 256))]))
  }
  return {
    vehicleId: whole(random, 1, random() < 0.5 ? 1000 : Number.MAX_SAFE_INTEGER),
    deviceId: whole(random, 1, 2 ** 40),
    timeUs: whole(random, 946_684_800_000_000, 8_993_000_000_000_000),
    receivedUs: whole(random, 1_700_000_000_000_000, 1_900_000_000_000_000),
    reading,
  }
}

describe('row buffers', () => {
  it('an empty buffer is a COPY of no rows', () => {
    expect(readCopy(new RowBuffer(10).copyData(0, 0))).to.deep.equal([])
  })

  it('a row contains every field of a reading', () => {
    const rows = new RowBuffer(10)
    write(rows, full)
    expect(Object.values(expectedRow(full))).to.not.include(null)
    expect(readCopy(rows.copyData(0, 1))).to.deep.equal([expectedRow(full)])
  })

  it('missing fields are null, unlike zero, false and empty objects', () => {
    const rows = new RowBuffer(10)
    const zeros: Written = { ...bare, reading: { lat: 0, lon: 0, seq: 0, ignition: false, extra: {} } }
    write(rows, bare)
    write(rows, zeros)
    expect(readCopy(rows.copyData(0, 2))).to.deep.equal([expectedRow(bare), expectedRow(zeros)])
  })

  it('-0 becomes 0 in every field', () => {
    const fields = Object.keys(NUMBER_FIELDS)
    const rows = new RowBuffer(1)
    rows.write(1, 1, TIME_US, TIME_US, Object.fromEntries(fields.map((field) => [field, -0])))
    const [row = {}] = readCopy(rows.copyData(0, 1))
    for (const field of fields) expect(Object.is(row[field], 0), field).to.equal(true)
    const position = {} as StateReading
    rows.readState(0, position)
    expect([position.lat, position.lon, position.speed].every((it) => Object.is(it, 0))).to.equal(true)
  })

  it('ids and times beyond 32 bits are exact', () => {
    const values = [
      1,
      2 ** 31 - 1,
      2 ** 31,
      2 ** 32 - 1,
      2 ** 32,
      2 ** 32 + 1,
      2 ** 52 + 1,
      Number.MAX_SAFE_INTEGER,
    ]
    const rows = new RowBuffer(values.length)
    for (const value of values) rows.write(value, value, TIME_US, TIME_US, { seq: value })
    const read = readCopy(rows.copyData(0, values.length))
    expect(read.map((row) => row['seq'])).to.deep.equal(values.map(BigInt))
    expect(read.map((row) => row['vehicle_id'])).to.deep.equal(values.map(BigInt))
    expect(values.map((_, row) => rows.vehicleIdOf(row))).to.deep.equal(values)
  })

  it('times before 2000 are negative, as PostgreSQL counts them', () => {
    const rows = new RowBuffer(1)
    const timeUs = Number(PG_EPOCH_US) - 1
    rows.write(1, 1, timeUs, timeUs, {})
    expect(readCopy(rows.copyData(0, 1))[0]).to.include({ time: -1n, received_at: -1n })
    expect(rows.timeUsOf(0)).to.equal(timeUs)
  })

  it('each row reports its fields and the vehicle state in its reading', () => {
    const random = seeded(11)
    const written = Array.from({ length: 300 }, () => {
      const row = randomRow(random)
      // Readings have both fields or neither.
      if (row.reading.lat === undefined) delete row.reading.lon
      else row.reading.lon ??= 1
      return row
    })
    const given = [full, bare, ...written]
    const rows = new RowBuffer(given.length)
    for (const row of given) write(rows, row)
    const into: StateReading = { lat: 0, lon: 0, speed: 0, heading: 0, ignition: true, status: 'before' }
    for (const [n, { reading }] of given.entries()) {
      expect(rows.hasPosition(n)).to.equal(reading.lat !== undefined)
      rows.readState(n, into)
      const { lat, lon, speed, heading, ignition, status } = reading
      expect(into).to.deep.equal({ lat, lon, speed, heading, ignition, status })
      const fields = READING_FIELDS.filter((_, bit) => (rows.fieldsOf(n) & (1 << bit)) !== 0)
      expect(fields).to.deep.equal(READING_FIELDS.filter((it) => reading[it] !== undefined))
      if (reading.extra) expect(rows.extraNamesOf(n)).to.have.members(Object.keys(reading.extra))
    }
  })

  it('a buffer grows with its rows', () => {
    const random = seeded(7)
    const rows = new RowBuffer(1000)
    const written = Array.from({ length: 1000 }, () => randomRow(random))
    for (const [n, row] of written.entries()) {
      write(rows, row)
      expect(rows.count).to.equal(n + 1)
    }
    expect(rows.bytes).to.be.above(10 * 64 * 1024)
    const data = rows.copyData(0, 1000)
    expect(readCopy(data)).to.deep.equal(written.map(expectedRow))
    expect(data.length).to.equal(rows.bytes + 2)
    expect(written.map((_, row) => rows.vehicleIdOf(row))).to.deep.equal(written.map((it) => it.vehicleId))
    expect(written.map((_, row) => rows.timeUsOf(row))).to.deep.equal(written.map((it) => it.timeUs))
  })

  it('a buffer has room for any next row, wherever its first 64 KiB end', () => {
    const wide: Written = { ...full, reading: { ...full.reading, status: '€'.repeat(32) } }
    const [empty, one] = [new RowBuffer(1), new RowBuffer(1)]
    write(one, bare)
    const rowBytes = one.bytes - empty.bytes
    for (let bytes = 64 * 1024 - 600; bytes <= 64 * 1024; bytes++) {
      const rows = new RowBuffer(1000)
      while (rows.bytes + 8 * rowBytes < bytes) write(rows, bare)
      // The rest with rows that are longer by a status of up to 32 bytes; a null also has a length field.
      while (rows.bytes + rowBytes <= bytes) {
        const rest = (bytes - rows.bytes) % rowBytes
        write(rows, {
          ...bare,
          reading: { speed: 50, ...(rest > 0 && { status: 'x'.repeat(Math.min(rest, 32)) }) },
        })
      }
      const filled = rows.count
      write(rows, wide)
      write(rows, full)
      const read = readCopy(rows.copyData(filled, filled + 2))
      expect(read, String(bytes)).to.deep.equal([expectedRow(wide), expectedRow(full)])
    }
  })

  it('any range of rows is available as its own COPY', () => {
    const random = seeded(8)
    const rows = new RowBuffer(40)
    const written = Array.from({ length: 40 }, () => randomRow(random))
    for (const row of written) write(rows, row)
    const expected = written.map(expectedRow)
    for (let from = 0; from <= 40; from++) {
      for (const to of [from, from + 1, from + 7, 40].filter((it) => it <= 40)) {
        expect(readCopy(rows.copyData(from, to)), `${from} to ${to}`).to.deep.equal(expected.slice(from, to))
      }
    }
    // The copies have not changed the buffer.
    expect(readCopy(rows.copyData(0, 40))).to.deep.equal(expected)
  })

  it('a buffer takes more rows after a copy, and other rows after it is cleared', () => {
    const rows = new RowBuffer(10)
    write(rows, full)
    rows.copyData(0, 1)
    write(rows, bare)
    expect(readCopy(rows.copyData(0, 2))).to.deep.equal([expectedRow(full), expectedRow(bare)])
    rows.clear()
    expect(rows.count).to.equal(0)
    expect(readCopy(rows.copyData(0, 0))).to.deep.equal([])
    write(rows, bare)
    expect(readCopy(rows.copyData(0, 1))).to.deep.equal([expectedRow(bare)])
    expect(rows.vehicleIdOf(0)).to.equal(1)
  })
})
