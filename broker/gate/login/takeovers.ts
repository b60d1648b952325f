import { createClientLogLimit } from '../permissions/client-log-limit.ts'
import type { GateMetrics } from '../metrics.ts'
import type { Session } from '../sessions/session.ts'
import type { Sessions } from '../sessions/sessions.ts'

export interface Takeovers {
  /** Notes a connection that has logged in; an open connection with the same client id ends now [MQTT-3.1.4-2]. */
  note(clientId: string, session: Session): void
}

/** A client that lost its network takes its own connection over once. With so many takeovers, two clients use the id. */
const FIGHT_TAKEOVERS = 4
const FIGHT_WINDOW_MS = 60_000
/**
 * Client ids whose last takeovers are remembered, about 200 bytes each; beyond it the oldest is forgotten.
 * @limit client ids with remembered takeovers; 4 in 60 s are a fight | the oldest is forgotten
 */
const CLIENTS_MAX = 10_000

/**
 * Counts connections that end because another one logs in with their client id. Warns of two clients that end each other's
 * connections, once a minute for a client id, with both addresses.
 */
export function createTakeovers(options: {
  sessions: Pick<Sessions, 'logRefusal'>
  metrics: Pick<GateMetrics, 'takeovers' | 'clientIdFights'>
  now?: () => number
}): Takeovers {
  const { sessions, metrics, now = () => performance.now() } = options
  const open = new Map<string, Session>()
  /** milliseconds of the newest takeovers by client id */
  const recent = new Map<string, number[]>()
  const warnings = createClientLogLimit({ everyMs: FIGHT_WINDOW_MS, clientsMax: CLIENTS_MAX, now })

  function noteTakeover(clientId: string, before: Session, session: Session): void {
    metrics.takeovers.inc()
    const nowMs = now()
    const times = (recent.get(clientId) ?? []).filter((it) => nowMs - it < FIGHT_WINDOW_MS)
    times.push(nowMs)
    recent.delete(clientId)
    recent.set(clientId, times.slice(-FIGHT_TAKEOVERS))
    const [oldest] = recent.keys()
    if (recent.size > CLIENTS_MAX && oldest !== undefined) recent.delete(oldest)
    if (times.length < FIGHT_TAKEOVERS || warnings.allow(clientId) < 0) return
    metrics.clientIdFights.inc()
    sessions.logRefusal('client_id_fight', session, {
      otherAddress: before.remoteAddress,
      takeovers: times.length,
      withinS: Math.ceil((nowMs - (times[0] ?? nowMs)) / 1000),
      detail: 'two clients use the same client id and end each other’s connection',
    })
  }

  return {
    note(clientId, session) {
      const before = open.get(clientId)
      open.set(clientId, session)
      session.edge.on('close', () => {
        if (open.get(clientId) === session) open.delete(clientId)
      })
      if (before !== undefined && !before.edge.destroyed) noteTakeover(clientId, before, session)
    },
  }
}
