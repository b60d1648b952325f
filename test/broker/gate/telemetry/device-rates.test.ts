import { expect } from 'chai'
import { createDeviceRates } from '../../../../broker/gate/telemetry/device-rates.ts'
import { guessReadings } from '../../../../broker/gate/telemetry/throttle.ts'

describe('rates of devices', () => {
  it('a device that reconnects keeps its rate', () => {
    const rates = createDeviceRates({ readingsPerS: 1000, bytesPerS: 0, devicesMax: 10 })
    rates.of(1, 0)?.chargeReadings(12_000, 0)
    expect(rates.of(1, 1000)?.waitMs(1000)).to.equal(1000)
    expect(rates.of(2, 1000)?.waitMs(1000)).to.equal(0)
  })

  it('a device has no rate when no limit is set', () => {
    const rates = createDeviceRates({ readingsPerS: 0, bytesPerS: 0, devicesMax: 10 })
    expect(rates.of(1, 0)).to.equal(undefined)
    expect(rates.size).to.equal(0)
  })

  it('a rate has room for 10 s, and for one message of the largest size', () => {
    const slow = createDeviceRates({ readingsPerS: 1, bytesPerS: 1, devicesMax: 10 }).of(1, 0)
    slow?.chargeReadings(1000, 0)
    slow?.chargeBytes(256 * 1024, 0)
    expect(slow?.waitMs(0)).to.equal(0)
    slow?.chargeReadings(1, 0)
    expect(slow?.waitMs(0)).to.equal(1000)
    const fast = createDeviceRates({ readingsPerS: 500, bytesPerS: 0, devicesMax: 10 }).of(1, 0)
    fast?.chargeReadings(5001, 0)
    expect(fast?.waitMs(0)).to.equal(2)
  })

  it('the longer of the two waits, for readings and for bytes, applies', () => {
    const rate = createDeviceRates({ readingsPerS: 100, bytesPerS: 100_000, devicesMax: 10 }).of(1, 0)
    rate?.chargeReadings(1100, 0)
    rate?.chargeBytes(1_300_000, 0)
    expect(rate?.waitMs(0)).to.equal(3000)
  })

  it('the device that logged in longest ago is forgotten when there are too many', () => {
    const rates = createDeviceRates({ readingsPerS: 1, bytesPerS: 0, devicesMax: 3 })
    for (const id of [1, 2, 3]) rates.of(id, 0)?.chargeReadings(2000, 0)
    rates.of(1, 0)
    rates.of(4, 0)
    expect(rates.size).to.equal(3)
    expect(rates.of(1, 0)?.waitMs(0)).to.equal(1_000_000)
    expect(rates.of(2, 0)?.waitMs(0)).to.equal(0)
  })
})

describe('estimates of the readings in a message', () => {
  for (const { payload, readings } of [
    { payload: '{"speed":1}', readings: 1 },
    { payload: '', readings: 1 },
    { payload: '   ', readings: 1 },
    { payload: '[{"rpm":1},{"rpm":1}]', readings: 3 },
    { payload: ' \r\n\t[{"rpm":1}]', readings: 2 },
    { payload: `[${'{"rpm":1},'.repeat(2000)}]`, readings: 1000 },
  ]) {
    it(`the estimate is ${readings} for ${JSON.stringify(payload.slice(0, 30))}`, () => {
      expect(guessReadings(Buffer.from(payload))).to.equal(readings)
    })
  }
})
