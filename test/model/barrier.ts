import { eventually } from '../support/eventually.ts'
import { connect, type Connection } from './connection.ts'
import type { World } from './world.ts'

/** Resolves when every broker knows of the changes that were committed before. */
export type Barrier = () => Promise<void>

const DEADLINE_MS = 20_000
let made = 0

/**
 * Opens a barrier, which moves a separate device for each broker and so ends the device's connection. Brokers learn of
 * changes in the order of their commits.
 */
export async function openBarrier(world: World): Promise<Barrier> {
  const { db, brokers } = world
  const name = `barrier-${process.pid}-${made++}`
  const keys = brokers.map((_, n) => `${name}-${n}`)
  const vehicles = await db.sql<{ id: number }[]>`
    insert into vehicles (key) values (${`${name}-a`}), (${`${name}-b`}) returning id`
  const [a = 0, b = 0] = vehicles.map(({ id }) => id)
  await db.sql`insert into devices (key, vehicle_id) select key, ${a} from unnest(${keys}::text[]) as it(key)`
  const connections: (Connection | undefined)[] = brokers.map(() => undefined)

  async function connected(n: number): Promise<Connection> {
    const open = connections[n]
    if (open?.isOpen) return open
    const clientId = keys[n] ?? ''
    const token = world.sign(clientId, 'mqtt')
    const login = { clientId, token, clean: true }
    return (connections[n] = await eventually(
      'the barrier is connected',
      () => connect({ ...login, port: brokers[n]?.mqttPort() ?? 0 }),
      DEADLINE_MS,
    ))
  }

  return async () => {
    const open = await Promise.all(keys.map((_, n) => connected(n)))
    await db.sql`
      update devices set vehicle_id = case when vehicle_id = ${a} then ${b}::bigint else ${a}::bigint end
      where key = any (${keys}::text[])`
    await eventually('the brokers know of a change', () => open.every((it) => !it.isOpen), DEADLINE_MS)
  }
}
