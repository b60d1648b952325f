import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { gpx } from '@tmcw/togeojson'
import { DOMParser } from '@xmldom/xmldom'
import { expect } from 'chai'
import { runCommand } from '../support/processes.ts'
import { whySkipped } from './installed.ts'
import { ADMIN, openStage, type Stage } from './stage.ts'

const script = fileURLToPath(new URL('../../examples/curl/first-reading.sh', import.meta.url))
const skipped = whySkipped('curl', 'mosquitto_pub')

describe(`the example first-reading.sh${skipped}`, () => {
  let stage: Stage
  let folder: string
  before(async function () {
    if (skipped !== '') this.skip()
    folder = mkdtempSync(join(tmpdir(), 'fleetwire-curl-'))
    stage = await openStage()
  })
  after(async () => {
    await stage?.close()
    if (folder) rmSync(folder, { recursive: true })
  })

  const run = (env: Record<string, string> = {}) =>
    runCommand('sh', [script], {
      API: stage.apiUrl,
      EMAIL: ADMIN.email,
      PASSWORD: ADMIN.password,
      MQTT_PORT: String(stage.proxy.port),
      GPX_FILE: join(folder, 'track.gpx'),
      ...env,
    })
  const rows = () => stage.broker.db.sql<{ key: string; device: string; speed: number }[]>`
    select v.key, d.key as device, speed
    from telemetry join vehicles v on v.id = vehicle_id join devices d on d.id = device_id
    order by time`

  it('the script creates what it needs, and its readings are stored and shown', async () => {
    const { ended, output } = run()
    expect(await ended, output()).to.equal(0)
    expect([...(await rows())]).to.deep.equal([
      { key: 'truck-7', device: 'tracker-7', speed: 62.5 },
      { key: 'truck-7', device: 'tracker-7', speed: 61 },
    ])
    expect(output())
      .to.match(/"stored":1/)
      .and.match(/"items":\[\{[^}]*"speed":61/)
  })

  it('a second run works, and writes a GPX track that a library can open', async () => {
    const { ended, output } = run()
    expect(await ended, output()).to.equal(0)
    expect(await rows()).to.have.length(4)
    const text = readFileSync(join(folder, 'track.gpx'), 'utf8')
    const { features } = gpx(new DOMParser().parseFromString(text, 'application/xml'))
    expect(features[0]?.properties?.['name']).to.equal('truck-7')
    expect(features[0]?.geometry).to.deep.equal({
      type: 'LineString',
      coordinates: [
        [18.06, 59.33],
        [18.07, 59.34],
        [18.06, 59.33],
        [18.07, 59.34],
      ],
    })
  })

  it('a refused login makes the script fail with the reason', async () => {
    const { ended, output } = run({ PASSWORD: 'wrong' })
    expect(await ended).not.to.equal(0)
    expect(output()).to.include('the e-mail address or the password is wrong')
  })
})
