import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { expect } from 'chai'
import { hashPassword } from '../../api/users/passwords.ts'
import { openFixture, type Fixture } from '../api/fixture.ts'
import { runCommand } from '../support/processes.ts'
import { provideTypeScript } from './provide-typescript.ts'

const modules = fileURLToPath(new URL('../../node_modules', import.meta.url))
const login = { email: 'kim@localhost', password: 'a password of the test' }

interface Reply {
  status: number
  headers: Headers
  // Its types are checked where they are generated, not here.
  // oxlint-disable-next-line typescript/no-explicit-any
  data: any
}

type Generated = Record<string, (request: object) => Promise<Reply>> & {
  defaults: { baseUrl: string; headers: Record<string, string> }
}

/** A client that oazapfts generates from the document, without our code. */
describe('generated client', function () {
  this.timeout(60_000)
  let fixture: Fixture
  let folder: string
  let file: string
  let client: Generated

  before(async () => {
    fixture = await openFixture()
    await fixture.sql`
      insert into users (email, password_hash, role)
      values (${login.email}, ${await hashPassword(login.password)}, 'user')`
    folder = mkdtempSync(join(tmpdir(), 'fleetwire-generated-'))
    symlinkSync(modules, join(folder, 'node_modules'))
    file = join(folder, 'client.ts')
    const document = join(folder, 'openapi.json')
    const { body } = await fixture.call('GET', '/api/openapi.json', { token: null })
    writeFileSync(document, JSON.stringify(body))
    provideTypeScript()
    const { generateSource } = await import('oazapfts')
    writeFileSync(file, await generateSource(document, { argumentStyle: 'object' }))
    client = (await import(pathToFileURL(file).href)) as Generated
    client.defaults.baseUrl = fixture.url
  })
  after(async () => {
    await fixture?.close()
    if (folder) rmSync(folder, { recursive: true })
  })

  const call = (operation: string, request: object = {}): Promise<Reply> => {
    const send = client[operation]
    if (!send) throw new Error(`there is no ${operation}`)
    return send(request)
  }

  it('the generated types compile without errors', async () => {
    const flags = ['--noEmit', '--ignoreConfig', '--strict', '--skipLibCheck']
    const options = [...flags, '--module', 'preserve', '--lib', 'es2023,dom', '--types', '']
    const { ended, output } = runCommand(join(modules, '.bin', 'tsc'), [...options, file])
    expect(await ended, output()).to.equal(0)
  })

  it('the generated client logs in, and gets the problem of a refused login', async () => {
    const refused = await call('postLogin', { body: { ...login, password: 'wrong' } })
    expect([refused.status, refused.data.code]).to.deep.equal([401, 'unauthorized'])
    const { status, data } = await call('postLogin', { body: login })
    expect(status).to.equal(200)
    client.defaults.headers = { authorization: `Bearer ${data.token}` }
  })

  it('the generated client creates one or many vehicles, and reads them page by page', async () => {
    expect((await call('postVehicles', { body: { key: 'v1', tags: ['a'] } })).status).to.equal(201)
    const many = await call('postVehicles', { body: [{ key: 'v2' }, { key: 'v3' }] })
    expect(many.data.map(({ key }: { key: string }) => key)).to.deep.equal(['v2', 'v3'])
    const { data } = await call('getVehicles', { limit: 2 })
    const rest = await call('getVehicles', { limit: 2, cursor: data.next_cursor })
    expect([...data.items, ...rest.data.items].map(({ key }) => key)).to.deep.equal(['v1', 'v2', 'v3'])
  })

  it('the generated client sends If-Match, and a stale change is refused', async () => {
    const { headers } = await call('getVehicle', { key: 'v1' })
    const change = { key: 'v1', ifMatch: headers.get('etag'), body: { name: 'Bus 1', tags: [] } }
    const changed = await call('patchVehicle', change)
    expect([changed.status, changed.data.name]).to.deep.equal([200, 'Bus 1'])
    expect((await call('patchVehicle', change)).data.code).to.equal('precondition_failed')
    expect((await call('deleteVehicle', { key: 'v3', ifMatch: '"7"' })).status).to.equal(412)
    expect((await call('deleteVehicle', { key: 'v3', ifMatch: '*' })).status).to.equal(204)
  })

  it('the generated client sends an Idempotency-Key, and a repeated POST is run once', async () => {
    const request = { body: { key: 'd1', vehicle: 'v1' }, idempotencyKey: 'once' }
    const [first, second] = [await call('postDevices', request), await call('postDevices', request)]
    expect([first.status, second.status]).to.deep.equal([201, 201])
    expect(second.data).to.deep.equal(first.data)
    expect((await call('postDevices', { body: request.body })).status).to.equal(409)
  })

  it('the generated client requests history with a list of conditions, and a file', async () => {
    await fixture.sql`
      insert into telemetry (vehicle_id, time, received_at, lat, lon, speed)
      select id, timestamptz '2026-01-01T00:00:00Z' + n * interval '1 s', now(), 59, 18, n
      from vehicles, generate_series(0, 9) as n where key = 'v1'`
    const span = { $from: '2026-01-01T00:00:00Z', to: '2026-01-01T00:01:00Z' }
    const conditions = { key: 'v1', ...span, fields: 'speed', where: ['speed>3', 'speed<6'] }
    const { data } = await call('getVehicleTelemetry', conditions)
    expect(data.items.map(({ speed }: { speed: number }) => speed)).to.deep.equal([4, 5])
    const file = await call('getTelemetryExport', { format: 'csv', vehicles: 'v1', ...span, fields: 'speed' })
    expect(file.data.split('\n')).to.have.length(12)
  })
})
