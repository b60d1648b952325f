import { expect } from 'chai'
import { mayPublish, mayReceive, maySubscribe } from '../../../../broker/gate/permissions/authorize.ts'
import type { Identity } from '../../../../broker/gate/identity.ts'
import { emptyAccount, emptyServiceAccount } from '../../../../broker/registry/account.ts'
import type { Role } from '../../../../contract/claims.ts'
import { SERVICE_SCOPES } from '../../../../contract/service-scopes.ts'

function identityOf(role: Role): Identity {
  const device =
    role === 'device'
      ? { deviceId: 1, deviceKey: 'dev-1', vehicleId: 1, vehicleKey: 'own', publicKey: null, createdAtS: 0 }
      : undefined
  const account = role === 'user' ? { ...emptyAccount(7), keys: new Map([['granted', 1]]) } : undefined
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
 * The permissions of each role on each topic. p: publish, w: publish as last will, s: subscribe, r: receive. Each line
 * has all permissions of its topic. `own` is the device's vehicle, `granted` the one that the user with the id 7 may
 * see.
 */
const TABLE: Record<string, Record<Role, string>> = {
  'fleet/own/telemetry': { device: 'pwr', user: '', admin: 'sr', service: 'sr' },
  'fleet/own/status': { device: 'wr', user: '', admin: 'sr', service: 'sr' },
  'fleet/own/rejected': { device: 'sr', user: '', admin: 'sr', service: 'sr' },
  'fleet/own/commands': { device: 'sr', user: '', admin: 'sr', service: 'sr' },
  'fleet/own/commands/ack': { device: 'pwr', user: '', admin: 'sr', service: 'sr' },
  'fleet/own/alerts': { device: 'r', user: '', admin: 'sr', service: 'sr' },
  'fleet/own/events': { device: 'r', user: '', admin: 'sr', service: 'sr' },
  ...Object.fromEntries(
    ['telemetry', 'status', 'rejected', 'alerts', 'events'].flatMap((kind) => [
      [`fleet/other/${kind}`, { device: '', user: '', admin: 'sr', service: 'sr' }],
      [`fleet/granted/${kind}`, { device: '', user: 'sr', admin: 'sr', service: 'sr' }],
      // Wildcards name no vehicle: each message is checked when it is forwarded.
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
  // A new token is published here, and nothing is ever sent.
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

/** A service token that sees the vehicle `granted`, with its own topics of the table. */
const SERVICE_ID = '0b0e6bd2-6c0c-4b43-a5a0-6a7f7a1f4d1e'
const WATCHED = ['telemetry', 'status', 'rejected', 'alerts', 'events']
const COMMANDED = ['commands', 'commands/ack']
const LIVE = [`live/service-${SERVICE_ID}`, `live/service-${SERVICE_ID}/json`]

function serviceOf(scopes: readonly string[], groups: readonly string[] | undefined): Identity {
  const account = groups && { ...emptyServiceAccount(SERVICE_ID, groups), keys: new Map([['granted', 1]]) }
  return { ...identityOf('service'), sid: SERVICE_ID, scopes, groups, account }
}

/** The topics of the table that a service token may use, with the letters of its permissions. */
function followed(identity: Identity): Record<string, string> {
  const topics = [...Object.keys(TABLE), ...LIVE, LIVE[0]?.replace('0b0e', '0b0f') ?? '']
  const entries = topics.map((topic) => [topic, allowed(identity, topic)] as const)
  return Object.fromEntries(entries.filter(([, may]) => may !== ''))
}

const ofVehicles = (vehicles: readonly string[], kinds: readonly string[]) =>
  Object.fromEntries([
    ...vehicles.flatMap((vehicle) => kinds.map((kind) => [`fleet/${vehicle}/${kind}`, 'sr'])),
    ...kinds.map((kind) => [`fleet/+/${kind}`, 's']),
  ])

describe('permissions of service tokens', () => {
  const some = ['north']
  const feed = Object.fromEntries(LIVE.map((topic) => [topic, 'sr']))

  it('a service token with all scopes and some groups may read those vehicles and their commands', () => {
    const expected = { ...ofVehicles(['granted'], [...WATCHED, ...COMMANDED]), ...feed }
    expect(followed(serviceOf(SERVICE_SCOPES, some))).to.deep.equal(expected)
  })

  it('a service token with only mqtt:read may not read commands', () => {
    expect(followed(serviceOf(['mqtt:read'], some))).to.deep.equal({
      ...ofVehicles(['granted'], WATCHED),
      ...feed,
    })
    const all = followed(serviceOf(['mqtt:read'], undefined))
    const shown = Object.keys(all).filter((topic) => topic.includes('commands'))
    expect([shown, all['live/all'], all['fleet/other/telemetry']]).to.deep.equal([[], 'sr', 'sr'])
  })

  it('a service token without mqtt:read has no permissions on topics', () => {
    const others = SERVICE_SCOPES.filter((it) => it !== 'mqtt:read' && it !== 'commands:read')
    for (const groups of [some, undefined]) expect(followed(serviceOf(others, groups))).to.deep.equal({})
  })

  it('a service token may read no vehicle while the vehicles of its groups are unknown', () => {
    const identity = { ...serviceOf(SERVICE_SCOPES, some), account: undefined }
    const topics = Object.keys(followed(identity)).filter(
      (it) => !it.includes('+') && !it.startsWith('live/'),
    )
    expect(topics).to.deep.equal([])
  })
})

describe('permissions of roles', () => {
  for (const role of ROLES) {
    it(`a ${role} has exactly the permissions in the table`, () => {
      const actual = Object.keys(TABLE).map((topic) => [topic, allowed(identityOf(role), topic)])
      expect(Object.fromEntries(actual)).to.deep.equal(
        Object.fromEntries(Object.entries(TABLE).map(([topic, of]) => [topic, of[role]])),
      )
    })
  }

  it('a publish permission names the kind of topic', () => {
    const device = identityOf('device')
    expect(mayPublish(device, 'fleet/own/telemetry', false)).to.equal('telemetry')
    expect(mayPublish(device, 'fleet/own/commands/ack', false)).to.equal('commands/ack')
    expect(mayPublish(device, 'fleet/own/status', true)).to.equal('status')
    expect(mayPublish(device, 'fleet/own/telemetry', true)).to.equal('telemetry')
  })

  it('a device that lost its vehicle has no permissions', () => {
    const identity = { ...identityOf('device'), device: undefined }
    for (const kind of ['telemetry', 'status', 'rejected', 'commands', 'commands/ack', 'alerts', 'events']) {
      for (const vehicle of ['own', 'undefined', '+']) {
        const topic = `fleet/${vehicle}/${kind}`
        expect([topic, allowed(identity, topic)]).to.deep.equal([topic, ''])
      }
    }
  })
})
