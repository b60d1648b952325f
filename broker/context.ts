import { createClosers, type Closers } from '../kit/closers.ts'
import type { Log } from '../kit/log.ts'
import { createMetrics, type Metrics } from '../kit/metrics.ts'
import type { Config } from '../kit/settings.ts'
import { connect, type Pool } from '../sql/connect.ts'

export type BrokerConfig = Config & { DATABASE_URL: string; JWT_SECRET: string }

/** Shared by the functions that open the broker's parts. */
export interface BrokerContext {
  config: BrokerConfig
  log: Log
  metrics: Metrics
  closers: Closers
  /** Opens connections to the database; they are closed last. */
  pool: (name: string, max: number, settings?: Record<string, string | number>) => Pool
}

export function createContext(config: BrokerConfig, log: Log): BrokerContext {
  const closers = createClosers(log)
  const pools: Pool[] = []
  // Together: a pool that waits for a frozen server takes a second.
  closers.add('connections', pools, (all) => Promise.all(all.map((it) => it.end({ timeout: 1 }))))
  return {
    config,
    log,
    metrics: createMetrics(),
    closers,
    pool(name, max, settings = {}) {
      const applicationName = `fleetwire ${name}`
      const opened = connect({ url: config.DATABASE_URL, max, applicationName, settings })
      pools.push(opened)
      return opened
    },
  }
}
