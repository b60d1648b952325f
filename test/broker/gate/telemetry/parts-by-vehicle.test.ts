import { expect } from 'chai'
import { partsByVehicle } from '../../../../broker/gate/telemetry/parts-by-vehicle.ts'
import type { Device } from '../../../../broker/registry/device.ts'

describe('parts of a message by vehicle', () => {
  it('the part of each vehicle contains its stored readings as they were written', () => {
    const stays = [
      { vehicleId: 1, vehicleKey: 'one' },
      { vehicleId: 2, vehicleKey: 'two' },
    ]
    const device = { vehicleKey: 'two', stays } as unknown as Device
    const readings = [
      '{"extra":{"card":12345678901234567891}}',
      '{"speed":1.0}',
      '{"speed":-1}',
      '{ "speed":2 }',
    ]
    const rejected = [{ index: 2, time: null, problems: [] }]
    const outcome = { stored: 3, spooled: false, duplicates: 0, rejected, vehicleIds: [1, 2, 1, 1] }
    const parts = partsByVehicle(device, Buffer.from(` [${readings.join(' ,')}]`), outcome)
    expect(parts.map(({ vehicleKey, payload }) => [vehicleKey, String(payload)])).to.deep.equal([
      ['one', `[${readings[0]},${readings[3]}]`],
      ['two', `[${readings[1]}]`],
    ])
  })
})
