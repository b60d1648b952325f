import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect } from 'chai'
import type { ApiClient } from '../../simulator/api-client.ts'
import { readCredentials, writeCredentials } from '../../simulator/credentials.ts'
import { provision, vehicleKeys } from '../../simulator/provision.ts'

interface Item {
  key: string
  vehicle: string | null
}

/** The fleet of an API in memory. It refuses a whole request if one of its keys exists. */
function createFakeApi(requests: string[] = []): ApiClient {
  function createTable(name: string) {
    const rows = new Map<string, Item>()
    return {
      create(items: { key: string; vehicle?: string }[]) {
        requests.push(`create ${name}`)
        if (items.some(({ key }) => rows.has(key))) return Promise.resolve(false)
        for (const { key, vehicle = null } of items) rows.set(key, { key, vehicle })
        return Promise.resolve(true)
      },
      async *list() {
        requests.push(`list ${name}`)
        yield* rows.values()
      },
    }
  }
  const [vehicles, devices] = [createTable('vehicles'), createTable('devices')]
  const notUsed = () => {
    throw new Error('not used')
  }
  return {
    createVehicles: (items) => vehicles.create(items),
    createDevices: (items) => devices.create(items),
    listVehicles: () => vehicles.list(),
    listDevices: () => devices.list(),
    issueTokens(keys) {
      requests.push('issue tokens')
      return Promise.resolve(keys.map((device) => ({ device, token: `token-${device}` })))
    },
    moveDevice: notUsed,
    listReadings: notUsed,
    listDeadLetters: notUsed,
  }
}

describe('provisioning', () => {
  const folder = mkdtempSync(join(tmpdir(), 'provision-'))
  const out = join(folder, 'fleet.tsv')
  const provide = (api: ApiClient, vehicles: number) =>
    provision({ api, vehicles, prefix: 'sim', out, onProgress: () => {} })
  beforeEach(() => rmSync(out, { force: true }))
  after(() => rmSync(folder, { recursive: true }))

  it('vehicles, devices and tokens are created in bulk', async () => {
    const requests: string[] = []
    const report = await provide(createFakeApi(requests), 2500)
    expect(report).to.include({ vehicles_created: 2500, devices_created: 2500, tokens: 2500 })
    expect(requests).to.have.length(9)
    expect(readCredentials(out)).to.have.length(2500)
    expect(readCredentials(out)[2499]).to.deep.equal({
      clientId: 'sim-02500',
      userName: 'sim-02500',
      token: 'token-sim-02500',
      vehicle: 'sim-02500',
    })
  })

  it('several devices per vehicle are created, grouped by vehicle', async () => {
    const requests: string[] = []
    const api = createFakeApi(requests)
    const options = { api, vehicles: 700, devicesPerVehicle: 2, prefix: 'sim', out, onProgress: () => {} }
    expect(await provision(options)).to.include({
      vehicles_created: 700,
      devices_created: 1400,
      tokens: 1400,
    })
    expect(requests.filter((it) => it === 'create devices')).to.have.length(2)
    const devices = readCredentials(out).map(({ clientId, vehicle }) => [clientId, vehicle])
    expect(devices.slice(0, 3)).to.deep.equal([
      ['sim-00001', 'sim-00001'],
      ['sim-00001-2', 'sim-00001'],
      ['sim-00002', 'sim-00002'],
    ])
    expect(await provision(options)).to.include({ vehicles_created: 0, devices_created: 0, tokens: 1400 })
  })

  it('provisioning continues where it stopped, and lists existing items only once', async () => {
    const requests: string[] = []
    const api = createFakeApi(requests)
    await provide(api, 1500)
    requests.length = 0
    expect(await provide(api, 2100)).to.include({ vehicles_created: 600, devices_created: 600, tokens: 2100 })
    expect(requests.filter((it) => it.startsWith('list'))).to.have.length(2)
  })

  it('a device of another vehicle is not taken away', async () => {
    const api = createFakeApi()
    await api.createDevices([{ key: 'sim-00002', vehicle: 'truck' }])
    const error = await provide(api, 3).then(String, String)
    expect(error).to.include('the device sim-00002 exists but belongs to the vehicle truck')
  })

  it('other devices in the file are kept, and newly issued ones replaced', async () => {
    const other = { clientId: 'van', userName: 'van', token: 'token-of-van', vehicle: 'van' }
    const stale = { clientId: 'sim-00001', userName: 'sim-00001', token: 'stale', vehicle: 'sim-00001' }
    writeCredentials(out, [stale, other])
    expect(await provide(createFakeApi(), 2)).to.include({ tokens: 2, kept: 1 })
    const tokens = readCredentials(out).map((it) => it.token)
    expect(tokens).to.deep.equal(['token-sim-00001', 'token-of-van', 'token-sim-00002'])
  })

  it('a file with other content is unchanged, and the API gets no request', async () => {
    const requests: string[] = []
    writeFileSync(out, 'a letter\n')
    const error = await provide(createFakeApi(requests), 1).then(String, String)
    expect(error).to.include('line 1: expected client id')
    expect(readFileSync(out, 'utf8')).to.equal('a letter\n')
    expect(requests).to.deep.equal([])
  })

  it('the keys do not depend on the number of vehicles', () => {
    expect(vehicleKeys('a', 2)).to.deep.equal(['a-00001', 'a-00002'])
    expect(vehicleKeys('a', 99_999)[0]).to.equal('a-00001')
  })
})
