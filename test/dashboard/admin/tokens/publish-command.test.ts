import { execFileSync } from 'node:child_process'
import { expect } from 'chai'
import { publishCommand } from '../../../../dashboard/admin/tokens/publish-command.ts'

describe('the publish command', () => {
  const target = {
    host: 'fleet.example',
    port: 1883,
    device: 'tracker-7',
    vehicle: 'truck-7',
    token: 'a.b-c_d.e',
  }

  it('a shell splits the publish command into the arguments of mosquitto_pub', () => {
    const words = (isTls: boolean) => {
      const command = publishCommand({ ...target, isTls })
      // The words after the shell's parsing, one a line.
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
