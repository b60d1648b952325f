import { expect } from 'chai'
import { createStatusOwners } from '../../broker/gate/presence/status-owners.ts'
import { openTestBroker, type TestBroker, type TestDevice, type TestUser } from '../support/broker.ts'
import { collect, logIn } from '../support/clients.ts'
import { eventually } from '../support/eventually.ts'

describe('the status that is kept of a vehicle', () => {
  let broker: TestBroker
  let owner: TestUser
  let device: TestDevice
  let other: TestDevice
  before(async () => (broker = await openTestBroker()))
  after(() => broker.close())
  beforeEach(async () => {
    owner = await broker.addUser('user')
    ;[device, other] = [await broker.addDevice(), await broker.addDevice()]
    await broker.db.sql`update vehicles set created_by = ${owner.id} where key = ${other.vehicle}`
    await (await logIn(broker, other)).endAsync()
  })

  const createAgain = () =>
    broker.db.sql`insert into vehicles (key, created_by) values (${device.vehicle}, ${owner.id})`
  const deleteVehicle = () => broker.db.sql`delete from vehicles where key = ${device.vehicle}`

  /** What a client gets when it subscribes to the status of both vehicles, one after the other. */
  async function statusesOf(who: Pick<TestUser, 'clientId' | 'token'>): Promise<string[]> {
    const client = await logIn(broker, who)
    const messages = collect(client)
    await client.subscribeAsync(`fleet/${device.vehicle}/status`)
    await client.subscribeAsync(`fleet/${other.vehicle}/status`)
    const topics = () => messages.map(({ topic }) => topic)
    await eventually('the other status', () => topics().includes(`fleet/${other.vehicle}/status`))
    await client.endAsync()
    return topics()
  }
  const both = () => [`fleet/${device.vehicle}/status`, `fleet/${other.vehicle}/status`]
  const admin = () => ({ clientId: 'ui/1/status', token: broker.sign({ sub: '1', role: 'admin' }) })

  it('is not shown to the owner of the next vehicle with its key, nor to anybody else', async () => {
    await (await logIn(broker, device)).endAsync()
    expect(await statusesOf(admin())).to.deep.equal(both())
    await deleteVehicle()
    await createAgain()
    expect(await statusesOf(owner)).to.deep.equal([`fleet/${other.vehicle}/status`])
    await eventually('it is removed', async () => (await statusesOf(admin())).length === 1)
  })

  it('is not kept of a device that was connected when its vehicle was deleted', async () => {
    const client = await logIn(broker, device)
    const closed = new Promise<void>((resolve) => client.once('close', resolve))
    await deleteVehicle()
    await closed
    client.end(true)
    await createAgain()
    expect(await statusesOf(owner)).to.deep.equal([`fleet/${other.vehicle}/status`])
    await eventually('it is removed', async () => (await statusesOf(admin())).length === 1)
  })

  it('is not shown to the owner of a vehicle that has got the key of another', async () => {
    await (await logIn(broker, device)).endAsync()
    await broker.db.sql`update vehicles set key = key || '-old' where key = ${device.vehicle}`
    await createAgain()
    expect(await statusesOf(owner)).to.deep.equal([`fleet/${other.vehicle}/status`])
  })

  it('is that of the next vehicle once its device has connected', async () => {
    await (await logIn(broker, device)).endAsync()
    await deleteVehicle()
    await createAgain()
    const [vehicle] = await broker.db.sql<
      { id: number }[]
    >`select id from vehicles where key = ${device.vehicle}`
    const next = await broker.addDevice({ vehicleId: vehicle?.id ?? 0 })
    await (await logIn(broker, next)).endAsync()
    expect(await statusesOf(owner)).to.deep.equal(both())
  })
})

describe('the owners of statuses', () => {
  it('take nothing more of a vehicle that was deleted, and leave that of the next one with its key', () => {
    const owners = createStatusOwners()
    owners.set('v', 1)
    expect(owners.set('v', 2)).to.equal(true)
    expect(owners.forget([1])).to.deep.equal([])
    expect(owners.set('v', 1)).to.equal(false)
    expect(owners.forget([2, 3])).to.deep.equal(['v'])
  })
})
