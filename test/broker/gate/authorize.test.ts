import { expect } from 'chai'
import { mayPublish, mayReceive, maySubscribe } from '../../../broker/gate/authorize.ts'
import type { Identity } from '../../../broker/gate/identity.ts'
import { emptyAccount } from '../../../broker/registry/account.ts'
import type { Role } from '../../../contract/claims.ts'

function identityOf(role: Role): Identity {
  const device =
    role === 'device'
      ? { deviceId: 1, deviceKey: 'dev-1', vehicleId: 1, vehicleKey: 'own', publicKey: null, createdAtS: 0 }
      : undefined
  const account = role === 'user' ? { ...emptyAccount(7), keys: new Set(['granted']) } : undefined
  const sub = role === 'device' ? 'dev-1' : '7'
  return {
    role,
    sub,
    jti: 'j',
    sid: undefined,
    expiresAtMs: 0,
    issuedAtS: 0,
    signer: 'fleetwire',
    device,
    account,
  }
}

const ROLES: Role[] = ['device', 'user', 'admin', 'service']

/**
 * What each role may do with each topic. p: publish, w: publish as last will, s: subscribe, r: receive. Each line is
 * the whole of what is allowed; `own` is the device's vehicle, `granted` the one that the user, whose id is 7, may see.
 */
const TABLE: Record<string, Record<Role, string>> = {
  'fleet/own/telemetry': { device: 'pwr', user: '', admin: 'sr', service: 'sr' },
  'fleet/own/status': { device: 'wr', user: '', admin: 'sr', service: 'sr' },
  'fleet/own/rejected': { device: 'sr', user: '', admin: 'sr', service: 'sr' },
  'fleet/own/commands': { device: 'sr', user: '', admin: 'sr', service: 'sr' },
  'fleet/own/commands/ack': { device: 'pwr', user: '', admin: 'sr', service: 'sr' },
  'fleet/own/alerts': { device: 'r', user: '', admin: 'sr', service: 'sr' },
  ...Object.fromEntries(
    ['telemetry', 'status', 'rejected', 'alerts'].flatMap((kind) => [
      [`fleet/other/${kind}`, { device: '', user: '', admin: 'sr', service: 'sr' }],
      [`fleet/granted/${kind}`, { device: '', user: 'sr', admin: 'sr', service: 'sr' }],
      // Wildcards name no vehicle: each message is asked about when it is forwarded.
      [`fleet/+/${kind}`, { device: '', user: 's', admin: 's', service: 's' }],
    ]),
  ),
  ...Object.fromEntries(
    ['commands', 'commands/ack'].flatMap((kind) => [
      [`fleet/other/${kind}`, { device: '', user: '', admin: 'sr', service: 'sr' }],
      [`fleet/granted/${kind}`, { device: '', user: '', admin: 'sr', service: 'sr' }],
      [`fleet/+/${kind}`, { device: '', user: '', admin: 's', service: 's' }],
    ]),
  ),
  'live/all': { device: '', user: '', admin: 'sr', service: 'sr' },
  'live/all/json': { device: '', user: '', admin: 'sr', service: 'sr' },
  'live/7': { device: '', user: 'sr', admin: '', service: '' },
  'live/7/json': { device: '', user: 'sr', admin: '', service: '' },
  // A new token goes in, and nothing ever comes out.
  'fleet/own/session': { device: 'p', user: '', admin: '', service: '' },
  'fleet/other/session': { device: '', user: '', admin: '', service: '' },
  'fleet/+/session': { device: '', user: '', admin: '', service: '' },
  'fleet/OWN/telemetry': { device: '', user: '', admin: 'sr', service: 'sr' },
  ...Object.fromEntries(
    [
      '#',
      '+/+/telemetry',
      'fleet/#',
      'fleet/own/#',
      'fleet/own/+',
      'fleet/own',
      'fleet/own/telemetry/',
      'fleet/own/telemetry/x',
      'fleet/own/other',
      '$SYS/broker/clients',
      '$SYS/#',
      '$share/g/fleet/own/telemetry',
      'live/8',
      'live/8/json',
      'live/07',
      'live/7/JSON',
      'live/+',
      'live/+/json',
      'live/#',
      'live/dev-1',
      'own/telemetry',
      '',
    ].map((topic) => [topic, { device: '', user: '', admin: '', service: '' }]),
  ),
}

function allowed(identity: Identity, topic: string): string {
  return [
    mayPublish(identity, topic, false) === undefined ? '' : 'p',
    mayPublish(identity, topic, true) === undefined ? '' : 'w',
    maySubscribe(identity, topic) ? 's' : '',
    // A message has a topic, not a filter.
    !topic.includes('+') && mayReceive(identity, topic) ? 'r' : '',
  ].join('')
}

describe('the permissions', () => {
  for (const role of ROLES) {
    it(`of a ${role} are those of the table, and no more`, () => {
      const actual = Object.keys(TABLE).map((topic) => [topic, allowed(identityOf(role), topic)])
      expect(Object.fromEntries(actual)).to.deep.equal(
        Object.fromEntries(Object.entries(TABLE).map(([topic, of]) => [topic, of[role]])),
      )
    })
  }

  it('name the kind of topic that may be published to', () => {
    const device = identityOf('device')
    expect(mayPublish(device, 'fleet/own/telemetry', false)).to.equal('telemetry')
    expect(mayPublish(device, 'fleet/own/commands/ack', false)).to.equal('commands/ack')
    expect(mayPublish(device, 'fleet/own/status', true)).to.equal('status')
    expect(mayPublish(device, 'fleet/own/telemetry', true)).to.equal('telemetry')
  })

  it('of a device that lost its vehicle are none', () => {
    const identity = { ...identityOf('device'), device: undefined }
    for (const kind of ['telemetry', 'status', 'rejected', 'commands', 'commands/ack', 'alerts']) {
      for (const vehicle of ['own', 'undefined', '+']) {
        const topic = `fleet/${vehicle}/${kind}`
        expect([topic, allowed(identity, topic)]).to.deep.equal([topic, ''])
      }
    }
  })
})
