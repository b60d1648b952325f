import { expect } from 'chai'
import { createStatusOwners } from '../../broker/gate/presence/status-owners.ts'
import { openTestBroker, type TestBroker, type TestDevice, type TestUser } from '../support/broker.ts'
import { collect, logIn } from '../support/clients.ts'
import { eventually } from '../support/eventually.ts'

describe('retained statuses of vehicles', () => {
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

  /** The topics a client gets from subscribing to the status of both vehicles, one after the other. */
  async function statusesOf(who: Pick<TestUser, 'clientId' | 'token'>): Promise<string[]> {
    const client = await logIn(broker, who)
    const messages = collect(client)
    await client.subscribeAsync(`fleet/${device.vehicle}/status`)
    await client.subscribeAsync(`fleet/${other.vehicle}/status`)
    const topics = () => messages.map(({ topic }) => topic)
    await eventually("the other vehicle's status", () => topics().includes(`fleet/${other.vehicle}/status`))
    await client.endAsync()
    return topics()
  }
  const both = () => [`fleet/${device.vehicle}/status`, `fleet/${other.vehicle}/status`]
  const admin = () => ({ clientId: 'ui/1/status', token: broker.sign({ sub: '1', role: 'admin' }) })

  it('a retained status is not shown to the owner of a vehicle re-created under its key', async () => {
    await (await logIn(broker, device)).endAsync()
    expect(await statusesOf(admin())).to.deep.equal(both())
    await deleteVehicle()
    await createAgain()
    expect(await statusesOf(owner)).to.deep.equal([`fleet/${other.vehicle}/status`])
    await eventually('the retained status is removed', async () => (await statusesOf(admin())).length === 1)
  })

  it('the status of a device that is connected while its vehicle is deleted is discarded', async () => {
    const client = await logIn(broker, device)
    const closed = new Promise<void>((resolve) => client.once('close', resolve))
    await deleteVehicle()
    await closed
    client.end(true)
    await createAgain()
    expect(await statusesOf(owner)).to.deep.equal([`fleet/${other.vehicle}/status`])
    await eventually('the retained status is removed', async () => (await statusesOf(admin())).length === 1)
  })

  it("a retained status is not shown to the owner of a vehicle that takes over a renamed vehicle's key", async () => {
    await (await logIn(broker, device)).endAsync()
    await broker.db.sql`update vehicles set key = key || '-old' where key = ${device.vehicle}`
    await createAgain()
    expect(await statusesOf(owner)).to.deep.equal([`fleet/${other.vehicle}/status`])
  })

  it('the re-created vehicle has a status once its device has connected', async () => {
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

describe('owners of statuses', () => {
  it('forgetting a deleted vehicle keeps the status of its successor under the same key', () => {
    const owners = createStatusOwners()
    owners.set('v', 1)
    expect(owners.set('v', 2)).to.equal(true)
    expect(owners.forget([1])).to.deep.equal([])
    expect(owners.set('v', 1)).to.equal(false)
    expect(owners.forget([2, 3])).to.deep.equal(['v'])
  })
})
