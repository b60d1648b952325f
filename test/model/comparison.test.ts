import { expect } from 'chai'
import { compare, type StoredLetter, type StoredRow } from './comparison.ts'
import { BAD_VALUES, VALUES, type MessagePlan, type Values } from './readings.ts'
import {
  createSpecification,
  write,
  type Delivery,
  type Specification,
  type Vehicle,
} from './specification.ts'

const NOW_US = Date.UTC(2026, 10, 29, 10) * 1000
const [speed50] = VALUES as [Values]
const [latitudeAlone] = BAD_VALUES as [Values]
const plan = (values: Values, instant: 'early 0' | 'none' = 'early 0'): MessagePlan => ({
  readings: [{ instant, values }],
  isArray: false,
})

describe('the comparison with the specification', () => {
  let spec: Specification
  let earlyUs: number
  beforeEach(() => {
    spec = createSpecification(NOW_US)
    earlyUs = spec.calendar.timeOf('early 0').us ?? 0
    const [v1, v2] = [1, 2].map((id) => ({ id, key: `v${id}` }))
    const spans = [NOW_US - 9e6, NOW_US - 6e6].map((us) => ({ beforeUs: us, committedUs: us, knownUs: us }))
    const changes = [v1, v2].map((vehicle, n) => ({ span: spans[n] as never, vehicle: vehicle as never }))
    spec.devices = [{ id: 7, key: 'd', changes }]
  })

  function send(message: MessagePlan, acked: boolean, more: Partial<Delivery> = {}): Delivery {
    const [device] = spec.devices
    if (device === undefined) throw new Error('no device')
    const sent = write(message, spec.calendar)
    const times = { sentUs: NOW_US, ackedUs: acked ? NOW_US + 1000 : undefined }
    const delivery = { device, topic: 'v2', sent, copiesMax: 1, ...times, ...more }
    spec.deliveries.push(delivery)
    return delivery
  }
  const row = (vehicle_id: number, time_us = earlyUs, nth = 0, json = '{"speed":50}'): StoredRow => {
    return { vehicle_id, time_us, device_id: 7, row: json, nth }
  }
  const letter = (payload: Buffer, code: string): StoredLetter => {
    return { device_id: 7, reading_index: null, payload, code }
  }

  it('a reading stored once for the vehicle of its time is correct, however often it was sent', () => {
    send(plan(speed50), true)
    send(plan(speed50), true)
    expect(compare(spec, [row(1)], [])).to.deep.equal([])
  })

  it('a missing reading is a fault only if it was acknowledged', () => {
    send(plan(speed50), false)
    expect(compare(spec, [], [])).to.deep.equal([])
    send(plan(speed50), true)
    expect(compare(spec, [], []).join()).to.include('is lost')
  })

  it('a reading with other values, of another vehicle or never sent is a fault', () => {
    send(plan(speed50), true)
    expect(compare(spec, [row(1, earlyUs, 0, '{"speed":51}')], []).join()).to.include('is lost')
    expect(compare(spec, [row(2)], []).join()).to.include('belongs elsewhere')
    expect(compare(spec, [row(1), row(1, earlyUs + 1)], []).join()).to.include('was never sent')
  })

  it('a reading stored twice is a fault', () => {
    send(plan(speed50), true)
    expect(compare(spec, [row(1), row(1, earlyUs, 1)], []).join()).to.include('stored 2 times')
  })

  it('a reading without a time may be stored at most as often as it was sent', () => {
    send(plan(speed50, 'none'), true)
    send(plan(speed50, 'none'), false)
    const stored = [1, 2, 3].map((n) => row(2, NOW_US + n))
    expect(compare(spec, stored.slice(0, 1), [])).to.deep.equal([])
    expect(compare(spec, stored.slice(0, 2), [])).to.deep.equal([])
    expect(compare(spec, stored, []).join()).to.include('stored 3 times')
  })

  it('each bad message needs a dead letter with an allowed code', () => {
    const { sent } = send(plan(latitudeAlone), true)
    expect(compare(spec, [], [letter(sent.payload, 'missing_field')])).to.deep.equal([])
    expect(compare(spec, [], [letter(sent.payload, 'not_json')]).join()).to.include('has the code not_json')
    expect(compare(spec, [], []).join()).to.include('is lost')
  })

  it('a reading the database refuses may have the code of a deleted vehicle if its vehicle was deleted', () => {
    const poison = BAD_VALUES.find(({ codes }) => codes?.includes('storage_refused')) ?? latitudeAlone
    const { sent, device } = send(plan(poison), true)
    const [refused, unplaced] = ['storage_refused', 'not_in_vehicle'].map((code) =>
      letter(sent.payload, code),
    )
    expect(compare(spec, [], [refused as never])).to.deep.equal([])
    expect(compare(spec, [], [unplaced as never]).join()).to.include('has the code not_in_vehicle')
    const vehicle = device.changes[0]?.vehicle as Vehicle
    vehicle.deleted = { beforeUs: NOW_US, committedUs: NOW_US + 500, knownUs: NOW_US + 2000 }
    expect(compare(spec, [], [unplaced as never])).to.deep.equal([])
    expect(compare(spec, [], []).join()).to.include('is lost')
  })

  it('a message to the topic of a foreign vehicle needs a dead letter', () => {
    const { sent } = send(plan(speed50), true, { topic: 'v3' })
    expect(compare(spec, [], [letter(sent.payload, 'wrong_topic')])).to.deep.equal([])
    expect(compare(spec, [row(1)], []).join()).to.include('belongs elsewhere')
  })

  it('a gap in the numbers of an instant is a fault', () => {
    send(plan(speed50), true)
    expect(compare(spec, [row(1, earlyUs, 1)], []).join()).to.include('numbered 1')
  })
})
