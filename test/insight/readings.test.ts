import { expect } from 'chai'
import { readReadings } from '../../insight/readings.ts'
import type { TimedReading } from '../../rules/reading.ts'
import { openTestDatabase, type TestDatabase } from '../support/database.ts'
import { addVehicle, storeReadings } from './stored-readings.ts'

describe('stored readings', () => {
  let database: TestDatabase
  before(async () => (database = await openTestDatabase()))
  after(() => database.drop())

  it('stored readings are read with every field, and without those that are absent', async () => {
    const readings: TimedReading[] = [
      { timeMs: Date.UTC(2026, 10, 29, 12), speed: 51.5, seq: 3, status: 'öppen', extra: { dtc: 'P0301' } },
      { timeMs: Date.UTC(2026, 10, 29, 12, 1), ignition: false },
      { timeMs: Date.UTC(2026, 10, 29, 12, 2), lat: 59.3, lon: 18, seq: Number.MAX_SAFE_INTEGER },
    ]
    const vehicleId = await addVehicle(database.sql)
    await storeReadings(database.sql, vehicleId, readings)
    const found = await readReadings(database.sql, [{ vehicleId, afterUs: 0, untilUs: Infinity }], 10)
    expect(found.map((it) => it.reading)).to.deep.equal(readings)
  })
})
