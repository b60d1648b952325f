import type { Duplex } from 'node:stream'
import type { Client } from 'aedes'
import { countHolds } from './wire/hold.ts'
import type { GateOptions } from './gate-options.ts'
import type { GateLimits } from './limits.ts'
import { createAdmission } from './login/admission.ts'
import { createAuthenticate, noteTokenUses } from './login/authenticate.ts'
import { createBadLogins } from './login/bad-logins.ts'
import { createLogin } from './login/login.ts'
import { createRenewal } from './login/renewal.ts'
import { createTakeovers } from './login/takeovers.ts'
import { createUserLogins } from './login/user-logins.ts'
import { createGateMetrics } from './metrics.ts'
import type { Notices } from './outgoing/notices.ts'
import { createOutputLimit } from './outgoing/output-limit.ts'
import { createPermissions } from './permissions/permissions.ts'
import type { VehiclePresence } from './presence/presence.ts'
import { createStatusOwners } from './presence/status-owners.ts'
import { createExactlyOnce } from './sessions/exactly-once.ts'
import { createKeptSessions } from './sessions/kept-sessions.ts'
import { createPersistence } from './sessions/persistence.ts'
import { createSessions } from './sessions/sessions.ts'
import { createDeviceRates } from './telemetry/device-rates.ts'
import { createIntake } from './telemetry/intake.ts'
import { createTelemetry } from './telemetry/telemetry.ts'

/** Functions of parts that are opened after aedes; called only after that. */
export interface OutgoingParts {
  publish: (topic: string, payload: Buffer) => void
  reportRejected: Notices['reportRejected']
  /** A device has reported over HTTP. */
  reported: VehiclePresence['reported']
  /** whether a client has subscribed to raw telemetry */
  isFollowed: () => boolean
}

export type GateParts = ReturnType<typeof createGateParts>

/** Devices whose rates are remembered, for each allowed connection: devices that are away keep their debt. */
const RATES_PER_CONNECTION = 2
/** Kept sessions of devices that are away, for each allowed connection; beyond that the oldest is forgotten. */
const AWAY_PER_CONNECTION = 2

/** The parts of the gate that aedes is created with. */
export function createGateParts(options: GateOptions, limits: GateLimits, outgoing: OutgoingParts) {
  const { registry, pressure, tokenUses } = options
  const isGranted = (client: Client, topic: string) => permissions.isGranted(client, topic)
  const sessionParts = createSessionParts(options, limits, isGranted)
  const { sessions, metrics, exactlyOnce } = sessionParts
  const rates = createDeviceRates({
    readingsPerS: options.deviceReadingsPerS,
    bytesPerS: options.deviceBytesPerS,
    devicesMax: options.connectionsMax * RATES_PER_CONNECTION,
  })
  const telemetry = createTelemetry({
    accept: options.accept,
    metrics,
    confirm: (device) => registry.confirm(device),
    moves: () => registry.moves,
    ...outgoing,
  })
  const authenticate = noteTokenUses(createAuthenticate(options), tokenUses)
  const owners = createStatusOwners()
  const permissions = createPermissions({
    sessions,
    owners,
    metrics,
    telemetry,
    commands: options.commands,
    outputLimit: createOutputLimit(limits.outputTurnBytesMax),
    renew: createRenewal({ authenticate, sessions, metrics }),
    exactlyOnce,
  })
  const { jwt, reports, live } = options
  const intake = createIntake({
    authenticate,
    registry,
    jwt,
    telemetry,
    pressure,
    rates,
    reports,
    live,
    presence: outgoing,
    metrics,
  })
  const login = createLogin({
    authenticate,
    ...sessionParts,
    limits,
    badLogins: createBadLogins(),
    users: createUserLogins({ scopes: options.scopes, sessions, registry, ...limits }),
    logins: options.logins,
    receipts: options.receipts,
    takeovers: createTakeovers({ sessions, metrics }),
  })
  return { ...sessionParts, rates, telemetry, owners, permissions, intake, login }
}

/** Connections, and the sessions that are kept while their devices are away. */
function createSessionParts(
  options: GateOptions,
  limits: GateLimits,
  isGranted: (client: Client, topic: string) => boolean,
) {
  const { log, connectionsMax, receipts } = options
  const metrics = createGateMetrics(options.metrics, {
    connections: () => sessions.size,
    away: () => kept.away,
    held: () => countHolds([...sessions.all()].map(({ edge }) => edge)),
  })
  const sessions = createSessions({ log, metrics, limits })
  const admission = createAdmission({
    connectionsMax,
    perAddressMax: options.connectionsPerAddressMax,
    close: (socket, remoteAddress) => sessions.refuse(socket, remoteAddress, 'too_many_connections'),
  })
  /** of each connection, which is over TCP, TLS or WebSocket */
  const sockets = new WeakMap<Duplex, Duplex>()
  const kept = createKeptSessions({
    awayMax: connectionsMax * AWAY_PER_CONNECTION,
    awayMaxMs: limits.sessionAwayMaxMs,
    forget: (id) => void persistence.cleanSubscriptions({ id }),
  })
  const exactlyOnce = createExactlyOnce(kept)
  const deviceIdOf = ({ conn }: Client) => sessions.of(conn)?.identity?.device?.deviceId ?? 0
  const persistence = createPersistence({
    isGranted,
    sessions: kept,
    isDone: (packet) => exactlyOnce.isDone(packet),
    released: (client, packetId) => receipts.release(deviceIdOf(client), packetId),
    cleaned: (client) => receipts.forget(deviceIdOf(client)),
  })
  return { metrics, sessions, admission, sockets, kept, exactlyOnce, persistence }
}
