import { generateKeyPairSync } from 'node:crypto'
import { expect } from 'chai'
import { createClient, type Client } from '../../../../client/client.ts'
import { draftOf, newDevice, type DeviceDraft } from '../../../../dashboard/admin/devices/device-draft.ts'
import {
  createDevice,
  updateDevice,
  type DeviceVersion,
} from '../../../../dashboard/admin/devices/save-device.ts'
import { openFixture, makeToken, type Fixture } from '../../../api/fixture.ts'

const { publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
const PEM = publicKey.export({ type: 'spki', format: 'pem' }).toString().trim()

describe('saving a device', () => {
  let fixture: Fixture
  let api: Client
  before(async () => {
    fixture = await openFixture()
    api = createClient({ url: fixture.url, token: makeToken() })
    await fixture.call('POST', '/api/vehicles', { body: { key: 'v1' } })
  })
  after(() => fixture.close())

  async function create(key: string, more: Partial<DeviceDraft> = {}): Promise<DeviceVersion> {
    const answer = await createDevice(api, { ...newDevice('v1'), key, ...more })
    if (answer.data === undefined) throw new Error(answer.problem?.detail)
    const { headers } = await fixture.call('GET', `/api/devices/${key}`)
    return { device: answer.data, etag: headers.get('etag') ?? undefined }
  }
  const stored = async (key: string) => (await fixture.call('GET', `/api/devices/${key}`)).body

  it('a new device has the trimmed values of the form, and nothing for empty ones', async () => {
    await create('new-1', { name: ' Tracker ', vehicle: ' ' })
    expect(await stored('new-1')).to.include({ name: 'Tracker', vehicle: null, public_key: null })
  })

  it('a change of a device and of its public key is saved, and so is the removal of the key', async () => {
    const version = await create('keyed-1')
    let newest = version
    const draft = { ...draftOf(version.device), name: 'Named', public_key: PEM }
    await updateDevice(api, version, draft, (it) => (newest = it))
    expect((await stored('keyed-1')).name).to.equal('Named')
    expect((await stored('keyed-1')).public_key.trim()).to.equal(PEM)
    const { body, headers } = await fixture.call('GET', '/api/devices/keyed-1')
    newest = { device: body, etag: headers.get('etag') ?? undefined }
    await updateDevice(api, newest, { ...draft, public_key: '' }, () => {})
    expect((await stored('keyed-1')).public_key).to.equal(null)
  })

  it('after a refused key, saving continues from the version that has the other changes', async () => {
    const version = await create('retried-1')
    let newest = version
    const draft = { ...draftOf(version.device), name: 'Named', public_key: 'not a key' }
    const refused = await updateDevice(api, version, draft, (it) => (newest = it))
    expect(refused.problem?.status).to.equal(400)
    expect(newest.etag).to.not.equal(version.etag)
    const again = await updateDevice(api, newest, { ...draft, serial: 'S1', public_key: '' }, () => {})
    expect(again.problem).to.equal(undefined)
    expect(await stored('retried-1')).to.include({ name: 'Named', serial: 'S1', public_key: null })
  })

  it("another user's change of a device is not overwritten", async () => {
    const version = await create('raced-1')
    await fixture.call('PATCH', '/api/devices/raced-1', { body: { name: 'Theirs' } })
    const draft = { ...draftOf(version.device), name: 'Ours' }
    const { problem } = await updateDevice(api, version, draft, () => {})
    expect(problem?.code).to.equal('precondition_failed')
    expect((await stored('raced-1')).name).to.equal('Theirs')
  })
})
