import { expect } from 'chai'
import {
  isTelemetryTopicOf,
  looksLikeTelemetry,
  wrongTopic,
} from '../../../../broker/gate/telemetry/telemetry-topic.ts'
import type { Device } from '../../../../broker/registry/device.ts'

const device: Device = {
  deviceId: 1,
  deviceKey: 'd',
  vehicleId: 2,
  vehicleKey: 'now',
  publicKey: null,
  createdAtS: 0,
  stays: [
    { vehicleId: 1, vehicleKey: 'before', sinceUs: -Infinity, untilUs: 5, isGone: false },
    { vehicleId: 3, vehicleKey: '', sinceUs: 5, untilUs: 7, isGone: true },
    { vehicleId: 2, vehicleKey: 'now', sinceUs: 7, untilUs: Infinity, isGone: false },
  ],
}

describe('telemetry topics', () => {
  it('a mistyped telemetry topic is recognised as one', () => {
    const meant = [
      'fleet/now/telemetry',
      'fleet/x y/telemetry',
      'fleet/größe/telemetry',
      'fleet//telemetry',
      'fleet/telemetry',
      `fleet/${'v'.repeat(65)}/telemetry`,
      'fleet/+/telemetry',
      'fleet/v/Telemetry',
      'FLEET/v/TELEMETRY',
      'fleet/v/telemetry/',
      '/fleet/v/telemetry',
      'fleet//v//telemetry',
      'fleet/v/telemetry ',
      'fleet/v/w/telemetry',
      'fleet/v/telemetry/json',
    ]
    for (const topic of meant) expect(looksLikeTelemetry(topic), topic).to.equal(true)
    const others = [
      'fleet/v/telemetri',
      'telemetry',
      'v/telemetry',
      'fleet/v',
      'fleets/v/telemetry',
      'fleet/telemetry/status',
      '',
      '/',
      'live/all',
    ]
    for (const topic of others) expect(looksLikeTelemetry(topic), topic).to.equal(false)
  })

  it('the topics of the current and earlier vehicles of a device are its own', () => {
    expect(isTelemetryTopicOf(device, 'fleet/now/telemetry')).to.equal(true)
    expect(isTelemetryTopicOf(device, 'fleet/before/telemetry')).to.equal(true)
    for (const topic of [
      'fleet/other/telemetry',
      'fleet//telemetry',
      'fleet/now/Telemetry',
      'fleet/+/telemetry',
      'fleet/now/status',
    ])
      expect(isTelemetryTopicOf(device, topic), topic).to.equal(false)
  })

  it('the refusal of a wrong topic names that topic, shortened, and the right one', () => {
    expect(wrongTopic(device, 'fleet/x\ny/telemetry')).to.deep.equal({
      code: 'wrong_topic',
      pointer: '',
      detail:
        '"fleet/x\\ny/telemetry" does not belong to this device, which must publish to fleet/now/telemetry',
    })
    expect(wrongTopic(device, 'x'.repeat(60_000)).detail.length).to.be.below(300)
  })
})
