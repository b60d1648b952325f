import { expect } from 'chai'
import type { Message, Stay } from '../../../broker/accept.ts'
import { Batch } from '../../../broker/ingest/batch.ts'
import { createValidate } from '../../../broker/ingest/validate.ts'

const NOW_MS = Date.UTC(2026, 10, 29, 12)
const validate = createValidate({ clockSkewMaxS: 60 })
const at = (hour: number) => new Date(Date.UTC(2026, 10, 29, hour)).toISOString()
const us = (hour: number) => Date.UTC(2026, 10, 29, hour) * 1000

/** Stays in vehicle 1 until 8:00, in none until 9:00, in 2 (since deleted) until 10:00, then in 3. */
const STAYS: Stay[] = [
  { vehicleId: 1, sinceUs: -Infinity, untilUs: us(8), isGone: false },
  { vehicleId: 2, sinceUs: us(9), untilUs: us(10), isGone: true },
  { vehicleId: 3, sinceUs: us(10), untilUs: Infinity, isGone: false },
]

describe('batches', () => {
  const add = (payload: unknown, more: Partial<Message> = {}) => {
    const batch = new Batch(10_000, 1e6)
    const message = {
      vehicleId: 3,
      deviceId: 9,
      payload: Buffer.from(JSON.stringify(payload)),
      receivedAtMs: NOW_MS,
      ...more,
    }
    return { batch, entry: batch.add(message, () => {}, validate, NOW_MS * 1000) }
  }
  const vehiclesOf = ({ rows }: Batch) =>
    Array.from({ length: rows.count }, (_, row) => rows.vehicleIdOf(row))

  it("a reading is written for the vehicle its device was in at the reading's time", () => {
    const readings = [
      { speed: 1 },
      { time: at(7), speed: 2 },
      { time: at(10), speed: 3 },
      { time: '2001-01-01T00:00:00Z', speed: 4 },
    ]
    const { batch, entry } = add(readings, { stays: STAYS })
    expect(vehiclesOf(batch)).to.deep.equal([3, 1, 3, 1])
    expect(entry.vehicleIds).to.deep.equal([3, 1, 3, 1])
    expect(entry.rejected).to.equal(undefined)
  })

  it("all readings of a device that was never moved are written for the message's vehicle", () => {
    const { batch, entry } = add([{ time: at(7), speed: 2 }, { speed: 1 }])
    expect(vehiclesOf(batch)).to.deep.equal([3, 3])
    expect(entry.vehicleIds).to.equal(undefined)
  })

  it('a reading from a time without a vehicle, or with a deleted one, is refused', () => {
    const { batch, entry } = add(
      [
        { time: at(8), speed: 1 },
        { time: at(9), speed: 2 },
        { time: at(11), speed: 3 },
      ],
      { stays: STAYS },
    )
    expect(vehiclesOf(batch)).to.deep.equal([3])
    expect(entry.vehicleIds).to.deep.equal([null, 2, 3])
    expect(
      entry.rejected?.map(({ index, problems }) => [index, problems[0]?.code, problems[0]?.detail]),
    ).to.deep.equal([
      [0, 'not_in_vehicle', 'at 2026-11-29T08:00:00.000Z the device was in no vehicle'],
      [1, 'not_in_vehicle', 'at 2026-11-29T09:00:00.000Z the vehicle of the device at that time was deleted'],
    ])
    // Of the deleted vehicle, so that it is hidden from anyone who may only see the next vehicle.
    expect(entry.letters?.map(({ vehicleId, index }) => [vehicleId, index])).to.deep.equal([
      [3, 0],
      [2, 1],
    ])
  })

  it("the dead letter of an invalid reading belongs to the vehicle of the reading's time", () => {
    const { entry } = add(
      [{ time: at(7), speed: -1 }, { time: at(11), speed: -1 }, { time: 'x', speed: 1 }, 7],
      { stays: STAYS },
    )
    expect(entry.letters?.map(({ vehicleId }) => vehicleId)).to.deep.equal([1, 3, 3, 3])
  })

  it('a message with too many bad readings of several vehicles belongs to none of them', () => {
    const bad = (hour: number) => Array.from({ length: 60 }, () => ({ time: at(hour), speed: -1 }))
    const { entry } = add([...bad(7), ...bad(11)], { stays: STAYS })
    expect(entry.letters?.map(({ vehicleId, index }) => [vehicleId, index])).to.deep.equal([[null, null]])
    const { entry: behind } = add([...bad(7), ...bad(7), { time: at(11), speed: 1 }], { stays: STAYS })
    expect(behind.letters?.map(({ vehicleId, index }) => [vehicleId, index])).to.deep.equal([[null, null]])
    const { entry: ofOne } = add([...bad(7), ...bad(6)], { stays: STAYS })
    expect(ofOne.letters?.map(({ vehicleId, index }) => [vehicleId, index])).to.deep.equal([[1, null]])
  })

  it('a message refused as a whole becomes one dead letter, and its readings are not checked', () => {
    const refused = { code: 'wrong_topic', pointer: '', detail: 'fleet/x/telemetry' } as const
    const { batch, entry } = add([{ speed: 1 }, { speed: -1 }], { refused })
    expect(batch.rows.count).to.equal(0)
    expect(entry.rejected).to.deep.equal([{ index: null, time: null, problems: [refused] }])
    expect(entry.letters).to.have.length(1)
    expect(entry.letters?.[0]).to.include({ vehicleId: 3, index: null, payload: entry.message.payload })
  })
})
