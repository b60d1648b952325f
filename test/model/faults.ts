import type { World } from './world.ts'

/** Ends the current fault. */
export type EndFault = () => Promise<void>

/** Lasting faults between the brokers and their database. */
export const LASTING: Record<string, (world: World) => Promise<EndFault>> = {
  /** Like a server that is down. */
  async refused({ proxy }) {
    await proxy.refuse()
    return () => proxy.forward()
  },
  /** Like a server that hangs, and answers in the end. */
  async frozen({ proxy }) {
    proxy.freeze()
    return () => proxy.forward()
  },
  /** Meanwhile, commits of the server are not reported to anyone. */
  async 'frozen, then cut'({ proxy }) {
    proxy.freeze()
    return async () => {
      await proxy.refuse()
      await proxy.forward()
    }
  },
  /** A commit that takes longer than COMMIT_TIMEOUT_MS, on an available server. */
  'telemetry locked': (world) => lock(world, 'telemetry'),
  'dead letters locked': (world) => lock(world, 'rejected_messages'),
}

/** Faults during which the server is available. */
export const LOCKS: readonly string[] = ['telemetry locked', 'dead letters locked']

async function lock({ db }: World, table: string): Promise<EndFault> {
  const holder = await db.sql.reserve()
  await holder`begin`
  await holder`lock table ${holder(table)} in share row exclusive mode`
  return async () => {
    await holder`rollback`
    holder.release()
  }
}

/** Faults that are over at once. */
export const SUDDEN: Record<string, (world: World) => Promise<unknown>> = {
  /** Like an administrator's command, or a precise out-of-memory killer. */
  'backends ended': ({ db }) => db.sql`
    select pg_terminate_backend(pid) from pg_stat_activity
    where datname = current_database() and application_name like 'fleetwire%'`,
  'a broker restarted': async ({ brokers }) => brokers[0]?.restart(),
}

export const KILLS: typeof SUDDEN = {
  'a broker killed': async ({ brokers }) => brokers[0]?.kill(),
}
