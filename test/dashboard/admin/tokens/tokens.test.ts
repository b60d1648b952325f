import { execFileSync } from 'node:child_process'
import { expect } from 'chai'
import { makePassword } from '../../../../dashboard/admin/users/make-password.ts'
import { publishCommand } from '../../../../dashboard/admin/tokens/publish-command.ts'
import { modulesPath } from '../../../../dashboard/admin/tokens/qr-path.ts'
import { tokenState } from '../../../../dashboard/admin/tokens/token-state.ts'

describe('the line that sends a first reading', () => {
  const target = {
    host: 'fleet.example',
    port: 1883,
    device: 'tracker-7',
    vehicle: 'truck-7',
    token: 'a.b-c_d.e',
  }

  it('is taken by a shell as mosquitto_pub wants it', () => {
    const words = (isTls: boolean) => {
      const command = publishCommand({ ...target, isTls })
      // What a shell makes of it, a word a line.
      return execFileSync('sh', ['-c', `set -- ${command}; printf '%s\\n' "$@"`], { encoding: 'utf8' })
        .trim()
        .split('\n')
    }
    const plain = [
      '-h',
      'fleet.example',
      '-p',
      '1883',
      '-i',
      'tracker-7',
      '-u',
      'x',
      '-P',
      'a.b-c_d.e',
      '-q',
      '1',
    ]
    const message = ['-t', 'fleet/truck-7/telemetry', '-m', '{"lat":59.33,"lon":18.06,"speed":62.5}']
    expect(words(false)).to.deep.equal(['mosquitto_pub', ...plain, ...message])
    expect(words(true)).to.deep.equal(['mosquitto_pub', '--tls-use-os-certs', ...plain, ...message])
  })
})

describe('a token', () => {
  const nowMs = Date.parse('2026-11-22T12:00:00Z')
  it('is good until it expires or is revoked', () => {
    const [past, future] = ['2026-11-22T12:00:00Z', '2026-11-22T12:00:01Z']
    expect(tokenState({ expires_at: future, revoked_at: null }, nowMs)).to.equal('good')
    expect(tokenState({ expires_at: past, revoked_at: null }, nowMs)).to.equal('expired')
    expect(tokenState({ expires_at: past, revoked_at: past }, nowMs)).to.equal('revoked')
  })
})

describe('a QR code', () => {
  it('has a square for each dark module', () => {
    const data = [
      [false, true],
      [true, false],
    ]
    expect(modulesPath(data)).to.equal('M1 0h1v1h-1zM0 1h1v1h-1z')
  })
})

describe('a password that is made', () => {
  it('has 20 characters that are easy to tell, and is another one each time', () => {
    const passwords = Array.from({ length: 100 }, makePassword)
    for (const password of passwords) expect(password).to.match(/^[A-Za-z0-9_-]{20}$/)
    expect(new Set(passwords).size).to.equal(100)
  })
})
