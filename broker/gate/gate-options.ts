import type { Jwt } from '../../kit/jwt.ts'
import type { Log } from '../../kit/log.ts'
import type { Metrics } from '../../kit/metrics.ts'
import type { Tls } from '../../kit/tls.ts'
import type { Accept, OnRefusedLate, Pressure, Receipts } from '../accept.ts'
import type { CommandDispatcher } from '../commands-link.ts'
import type { LiveFeedInput } from '../live-link.ts'
import type { LoginRecorder, PresenceStore, ReportRecorder } from '../presence-link.ts'
import type { Registry } from '../registry/registry.ts'
import type { Scopes } from '../registry/scopes.ts'
import type { TokenUses } from '../registry/token-uses.ts'
import type { GateLimits } from './limits.ts'

export interface GateOptions {
  accept: Accept
  pressure: Pressure
  receipts: Receipts
  /** sets the listener for readings that are refused after their message was acknowledged */
  onRefusedLate: (listener: OnRefusedLate) => void
  commands: CommandDispatcher
  presence: PresenceStore
  logins: LoginRecorder
  reports: ReportRecorder
  live: LiveFeedInput
  registry: Registry
  scopes: Scopes
  tokenUses: Pick<TokenUses, 'note'>
  jwt: Jwt
  log: Log
  metrics: Metrics
  /** of the listeners without TLS */
  host: string
  mqttPort: number
  wsPort: number
  secure?: { tls: Tls; host: string; mqttsPort: number; wssPort: number } | undefined
  connectionsMax: number
  /** from one address; 0: no limit */
  connectionsPerAddressMax: number
  /** of one device; 0: no limit */
  deviceReadingsPerS: number
  deviceBytesPerS: number
  /** time without a report over HTTP after which a device is offline */
  staleAfterMs: number
  limits?: Partial<GateLimits>
}
