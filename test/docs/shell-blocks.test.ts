import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect } from 'chai'
import { whySkipped } from '../examples/installed.ts'
import { eventually } from '../support/eventually.ts'
import { runCommand, type Running } from '../support/processes.ts'
import { shellBlocksOf, writePrograms } from './shell-blocks.ts'

const skipped = whySkipped('curl', 'mosquitto_pub', 'openssl')
const [START = '', ...README] = shellBlocksOf('README.md')

/** Runs the blocks unchanged, one after the other in one shell, against the installation that the first one starts. */
describe(`shell blocks of the documents${skipped}`, function () {
  this.timeout(60_000)
  let folder = ''
  let env: Record<string, string>
  let installation: Running | undefined
  before(async function () {
    if (skipped !== '') this.skip()
    folder = mkdtempSync(join(tmpdir(), 'fleetwire-blocks-'))
    // As root, the database runs as another user, which needs access.
    chmodSync(folder, 0o755)
    const freePorts = {
      PORT: '0',
      MQTT_PORT: '0',
      MQTT_WS_PORT: '0',
      BROKER_STATUS_PORT: '0',
      INSIGHT_STATUS_PORT: '0',
    }
    env = writePrograms(folder)
    installation = runBlocks([START], freePorts)
    const { output, ended } = installation
    await Promise.race([
      eventually('Fleetwire is ready', () => output().includes('Fleetwire is ready.'), 30_000),
      ended.then((end) => Promise.reject(new Error(`it ended with ${end}: ${output()}`))),
    ])
    const portOf = (name: string) => new RegExp(`^ +${name} +\\S+:(\\d+)`, 'm').exec(output())?.[1] ?? ''
    env = { ...env, API_PORT: portOf('API'), MQTT_PORT_HERE: portOf('MQTT') }
  })
  after(async () => {
    const pid = installation?.child.pid
    if (pid !== undefined && installation?.child.exitCode === null) process.kill(-pid, 'SIGTERM')
    await installation?.ended
    if (folder !== '') rmSync(folder, { recursive: true })
  })

  function runBlocks(blocks: readonly string[], more: Record<string, string> = {}): Running {
    // In a separate process group, so that its children can be ended with it.
    return runCommand(
      'sh',
      ['-c', `cd '${folder}'\nset -e\n${blocks.join('\n')}`],
      { ...env, ...more },
      {
        detached: true,
      },
    )
  }

  it('the blocks of README.md send a first reading and show it', async () => {
    const { output, ended } = runBlocks(README)
    expect(await ended, output()).to.equal(0)
    expect(output()).to.match(/"items":\[\{[^}]*"speed":62\.5/)
  })

  it('the blocks of README.md end with the reason when the login fails', async () => {
    const file = join(folder, 'data', 'secrets.json')
    const secrets = readFileSync(file, 'utf8')
    const { adminPassword } = JSON.parse(secrets) as { adminPassword: string }
    try {
      writeFileSync(file, secrets.replace(adminPassword, 'wrong'))
      const { output, ended } = runBlocks(README)
      expect(await ended).not.to.equal(0)
      expect(output()).to.match(/login failed: .*the e-mail address or the password is wrong/)
    } finally {
      writeFileSync(file, secrets)
    }
  })

  it('the blocks of docs/device-auth.md sign a token with which the device logs in', async () => {
    const publish = `mosquitto_pub -h 127.0.0.1 -p 1883 -i tracker-7 -u x -P "$DEVICE_TOKEN" -q 1 \
      -t fleet/truck-7/telemetry -m '{"speed":12.5}'
      call "$API/api/vehicles/truck-7/telemetry?where=speed=12.5"`
    const { output, ended } = runBlocks([...README, ...shellBlocksOf('docs/device-auth.md'), publish])
    expect(await ended, output()).to.equal(0)
    expect(output()).to.match(/"items":\[\{[^}]*"speed":12\.5/)
  })

  it('the blocks of docs/sql.md create a role that can read, and read with it', async function () {
    if (whySkipped('psql') !== '') this.skip()
    const { output, ended } = runBlocks([...README, ...shellBlocksOf('docs/sql.md')], {
      DATA_DIR: join(folder, 'data'),
    })
    expect(await ended, output()).to.equal(0)
    expect(output()).to.match(/^ truck-7 +\|/m)
  })

  it('the blocks of docs/service-tokens.md issue, use and revoke a token', async () => {
    const list = 'call $API/api/service-tokens'
    const { output, ended } = runBlocks([...README, ...shellBlocksOf('docs/service-tokens.md'), list])
    expect(await ended, output()).to.equal(0)
    const lines = output().split('\n')
    expect(lines.filter((line) => line.startsWith('{"items":[{"key":"truck-7"'))).to.have.length(1)
    const listed = lines.filter((line) => line.includes('"name":"reports"'))
    expect(listed.map((line) => /"revoked_at":(null|"20)/.exec(line)?.[1])).to.deep.equal(['null', '"20'])
  })

  it('the blocks of docs/live-feed.md print two frames', async () => {
    const { output, ended } = runBlocks([...README, ...shellBlocksOf('docs/live-feed.md')])
    expect(await ended, output()).to.equal(0)
    expect(output().match(/^\{"epoch":\d+,"seq":\d+,.*"vehicles":\[/gm)).to.have.length(2)
  })

  it('the blocks of docs/getting-started.md store, refuse and simulate readings', async () => {
    const [start, ...blocks] = shellBlocksOf('docs/getting-started.md')
    expect(start).to.equal(START)
    const { output, ended } = runBlocks(blocks)
    expect(await ended, output()).to.equal(0)
    const lines = output().split('\n')
    // Sent twice, stored once.
    expect(lines.filter((line) => line.includes('"odometer":10412.3}'))).to.have.length(1)
    expect(output()).to.match(/"values":\{[^\n]*"fuel_level":\{"value":71/)
    expect(output()).to.match(/"code":"out_of_range"[^\n]*"pointer":"\/speed"/)
    expect(lines.filter((line) => /^(readings|dead letters) .* expected, /.test(line))).to.have.length(2)
    expect(lines).to.include('Nothing missing, duplicated or different.')
  })
})
