import { expect } from 'chai'
import {
  clientIdPrefixOf,
  isKey,
  liveTopic,
  parseLiveTopic,
  parseVehicleTopic,
  scopeOf,
  userClientIdPrefix,
  VEHICLE_TOPICS,
  vehicleTopic,
} from '../../contract/topics.ts'

describe('keys', () => {
  it('a key has 1 to 64 of A-Z a-z 0-9 _ -', () => {
    const all = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-'
    for (const key of ['a', all, 'x'.repeat(64), '__proto__', '-']) expect(isKey(key), key).to.equal(true)
  })

  it('no character of a key has a meaning in a topic, path or line', () => {
    const others = [
      '',
      'x'.repeat(65),
      'a/b',
      '+',
      '#',
      '$SYS',
      'a b',
      'a\n',
      '\na',
      'ü',
      'a.b',
      '%2F',
      'a\0',
    ]
    for (const text of others) expect(isKey(text), JSON.stringify(text)).to.equal(false)
  })
})

describe('topics of vehicles', () => {
  it("a vehicle's topic is read back unchanged", () => {
    for (const kind of VEHICLE_TOPICS) {
      expect(parseVehicleTopic(vehicleTopic('truck-7', kind))).to.deep.equal({ vehicle: 'truck-7', kind })
    }
    expect(vehicleTopic('truck-7', 'commands/ack')).to.equal('fleet/truck-7/commands/ack')
  })

  it("a vehicle's topic may have a wildcard for the vehicle", () => {
    expect(parseVehicleTopic('fleet/+/telemetry')).to.deep.equal({ vehicle: '+', kind: 'telemetry' })
    expect(parseVehicleTopic('fleet/+/commands/ack')).to.deep.equal({ vehicle: '+', kind: 'commands/ack' })
  })

  const others = [
    '',
    '#',
    '+',
    'fleet',
    'fleet/',
    'fleet//telemetry',
    'fleet/v1',
    'fleet/v1/',
    'fleet/v1/#',
    'fleet/v1/+',
    'fleet/#',
    'fleet/v1/telemetry/',
    'fleet/v1/telemetry/more',
    'fleet/v1/commands/+',
    'fleet/v1/ack',
    'fleet/v1/Telemetry',
    'Fleet/v1/telemetry',
    '/fleet/v1/telemetry',
    ' fleet/v1/telemetry',
    'fleet/v1/telemetry\0',
    'fleet/v1+/telemetry',
    'fleet/v 1/telemetry',
    `fleet/${'x'.repeat(65)}/telemetry`,
    'fleet/v1/toString',
    '+/v1/telemetry',
    '$share/group/fleet/v1/telemetry',
    '$SYS/broker/uptime',
    'live/all',
  ]
  for (const topic of others) {
    it(`${JSON.stringify(topic.slice(0, 40))} is not a vehicle's topic`, () => {
      expect(parseVehicleTopic(topic)).to.equal(undefined)
    })
  }
})

describe('client ids of users', () => {
  it("a user's client id prefix never matches another user's client id", () => {
    expect(userClientIdPrefix('1')).to.equal('ui/1/')
    expect('ui/12/tab'.startsWith(userClientIdPrefix('1'))).to.equal(false)
  })
})

describe('live topics', () => {
  it('a live topic is read back unchanged', () => {
    for (const scope of ['all', '1', '123456789012345'])
      for (const format of ['binary', 'json'] as const)
        expect(parseLiveTopic(liveTopic(scope, format))).to.deep.equal({ scope, format })
  })

  it('a live topic has exactly one scope, without wildcards', () => {
    for (const topic of [
      'live',
      'live/',
      'live/+',
      'live/#',
      'live/0',
      'live/01',
      'live/all/',
      'live/all/JSON',
      'live/json',
    ])
      expect(parseLiveTopic(topic), topic).to.equal(undefined)
  })

  it('a scope is for all vehicles, one user or one service token', () => {
    expect(scopeOf({ role: 'admin', sub: '1' })).to.equal('all')
    expect(scopeOf({ role: 'service', sub: 'erp' })).to.equal('all')
    const service = { role: 'service', sub: 'erp', groups: ['north'] } as const
    expect(scopeOf(service)).to.equal(undefined)
    const id = '0b0e6bd2-6c0c-4b43-a5a0-6a7f7a1f4d1e'
    expect(scopeOf({ ...service, sid: id })).to.equal(`service-${id}`)
    expect(parseLiveTopic(`live/service-${id}/json`)).to.deep.equal({
      scope: `service-${id}`,
      format: 'json',
    })
    expect(parseLiveTopic('live/service-erp')).to.equal(undefined)
    expect(scopeOf({ role: 'user', sub: '7' })).to.equal('7')
    expect(scopeOf({ role: 'user', sub: 'all' })).to.equal(undefined)
    expect(scopeOf({ role: 'device', sub: '7' })).to.equal(undefined)
  })
})

describe('client ids of tokens', () => {
  it("a client id begins with the user's id, or the service's name", () => {
    expect(clientIdPrefixOf({ role: 'user', sub: '7' })).to.equal('ui/7/')
    expect(clientIdPrefixOf({ role: 'service', sub: 'erp' })).to.equal('service/erp/')
  })
})
