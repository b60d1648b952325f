import { randomUUID } from 'node:crypto'
import { expect } from 'chai'
import { readAnnouncement } from '../../../broker/registry/announcement.ts'

describe('announcements of the registry', () => {
  const nowS = 1_800_000_000
  const read = (payload: string) => readAnnouncement(payload, nowS)
  const jti = randomUUID() as string

  it('an announcement names a device, a vehicle or a token', () => {
    expect(read('device:7')).to.deep.equal({ kind: 'device', id: 7 })
    expect(read('vehicle:12')).to.deep.equal({ kind: 'vehicle', id: 12 })
    expect(read(`token:${jti}:1900000000`)).to.deep.equal({ kind: 'token', jti, expiresAtS: 1_900_000_000 })
  })

  it('the expiry of a token is limited to the longest lifetime the API signs', () => {
    expect(read(`token:${jti}:999999999999999`)).to.deep.include({ expiresAtS: nowS + 3651 * 86_400 })
  })

  for (const payload of [
    '',
    'device',
    'device:',
    'device:x',
    'device:-1',
    'device:1e5',
    'device:9999999999999999999',
    'vehicle:1:2',
    'token:x:1900000000',
    `token:${'a'.repeat(5000)}:1900000000`,
    `token:${jti}`,
    `token:${jti}:`,
    `token:${jti}:Infinity`,
    `token:${jti}:NaN`,
    `token:${jti}:-5`,
    `token:${jti}:1900000000:x`,
    `x:${jti}:1900000000`,
  ]) {
    it(`an invalid announcement is ignored: ${payload.slice(0, 70) || '(empty)'}`, () => {
      expect(read(payload)).to.equal(undefined)
    })
  }
})
