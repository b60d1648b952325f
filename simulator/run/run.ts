import { setTimeout as sleep } from 'node:timers/promises'
import type { ApiClient } from '../api-client.ts'
import { groupByVehicle, type Credentials } from '../credentials.ts'
import { chooseCrash, type Qos } from '../devices/message.ts'
import { createRandom, seedFor } from '../driving/random.ts'
import { openJournal, type Journal } from '../journal/write.ts'
import { createSource } from '../traffic/source.ts'
import { createFleet, type Fleet } from './fleet.ts'
import { openLatencyLog } from './latency-log.ts'
import { createLedger, type Ledger, type Outgoing } from './ledger.ts'
import { createMover, type Mover } from './mover.ts'
import { reportRun, type RunReport } from './report.ts'
import { createStats, type Stats } from './stats.ts'
import { takeTurns, type Vehicle } from './turns.ts'

export interface RunOptions {
  /** devices of the same vehicle share its journey; with `moves`, their vehicles are changed */
  credentials: readonly Credentials[]
  broker: string
  /** PEM of the authorities to trust with TLS; `undefined` for the authorities of Node.js */
  ca?: string | undefined
  /** messages a second of all vehicles together */
  rate: number
  durationMs: number
  drainTimeoutMs: number
  /** `mixed`: half of the devices 1, the others 2 */
  qos: Qos | 'mixed'
  /** devices keep their sessions from one connection to the next */
  persistentSessions?: boolean
  /** readings in a message */
  batch: number
  /** unacknowledged messages that a device may have; beyond that its vehicle's turns pass without a reading */
  window: number
  seed: number
  faultShare: number
  /** times have whole seconds */
  wholeSeconds?: boolean
  /** fraction of turns with an event in addition to the reading, 0 to 1 */
  eventShare?: number
  /** days after which the broker refuses a reading; 0 if it never does */
  retentionDays?: number
  /** moves a device to another vehicle at an interval */
  moves?: { api: Pick<ApiClient, 'moveDevice'>; everyMs: number } | undefined
  journal: string
  /** file for the latencies, second by second; none if absent */
  latencyLog?: string
  /** ends sending early; the outstanding messages are still waited for */
  stop: AbortSignal
  /** also ends the waiting */
  giveUp: AbortSignal
  /** called with the progress, many times a second */
  onProgress(progress: RunProgress): void
}

export interface RunProgress {
  phase: 'connecting' | 'sending' | 'draining'
  /** fraction of the phase, 0 to 1 */
  done: number
  connected: number
  stats: Stats
}

const DRAIN_TICK_MS = 20
/** A connection dies at most so long after a message was sent: before, with or after its ack. */
const DROP_WITHIN_MS = 20

/**
 * Lets the vehicles drive and send, and waits for what is not yet acknowledged.
 * Throws `cannot_connect`, `journal_unusable` and `latency_log_unusable`.
 */
export async function run(options: RunOptions): Promise<RunReport> {
  const { broker, ca, credentials, qos, seed, stop, persistentSessions = false } = options
  // With two devices in each vehicle, each of them has either QoS in turn.
  const mixed = (index: number): Qos => ((index + (index >> 1)) % 2 === 0 ? 1 : 2)
  const qosOf = qos === 'mixed' ? mixed : () => qos
  const latencyLog = options.latencyLog === undefined ? undefined : openLatencyLog(options.latencyLog)
  const stats = createStats(latencyLog?.write)
  const journal = openJournal(options.journal, { at: Date.now(), seed, broker })
  const ledger = createLedger({ credentials, qosOf, journal, stats })
  const fleet = createFleet({ credentials, broker, ca, qosOf, persistentSessions, seed, stats, ledger })
  const progress = (phase: RunProgress['phase'], done: number) =>
    options.onProgress({ phase, done, connected: fleet.connected(), stats })
  let mover: Mover | undefined

  try {
    await fleet.open(stop, (done) => progress('connecting', done))
    const vehicles = openVehicles(options)
    mover = openMover(options, fleet, vehicles, journal, stats)
    const seconds = await takeTurns({
      rate: options.rate,
      durationMs: options.durationMs,
      stop,
      vehicles,
      mayTurn({ devices }) {
        if (mover?.isPaused(devices)) return false
        const may = devices.every((index) => fleet.devices[index]!.outstanding() < options.window)
        if (!may) stats.counts.heldBack++
        return may
      },
      send: createSend(fleet, ledger, seed, persistentSessions),
      onTick: (done) => progress('sending', done),
    })
    await mover?.close()
    await drain(fleet, journal, options, (done) => progress('draining', done))
    stats.bySecond.end()
    const { journal: file } = options
    return reportRun({
      stats,
      qos,
      seconds,
      journal: file,
      vehicles: vehicles.length,
      devices: credentials.length,
      online: fleet.online(),
      interrupted: stop.aborted,
    })
  } finally {
    await mover?.close()
    await fleet.close()
    journal.close(Date.now())
    latencyLog?.close()
  }
}

function openVehicles(options: RunOptions): Vehicle[] {
  const startMs = Date.now()
  return groupByVehicle(options.credentials).map((devices, index) => {
    const seed = seedFor(options.seed, index + 1)
    return { source: createSource({ ...options, startMs, seed, devices: devices.length }), devices }
  })
}

function openMover(
  { moves, credentials, seed }: RunOptions,
  { devices }: Fleet,
  vehicles: readonly Vehicle[],
  journal: Journal,
  { counts }: Stats,
): Mover | undefined {
  if (moves === undefined) return undefined
  const groups = vehicles.map((it) => it.devices)
  const random = createRandom(seedFor(seed, -1))
  return createMover({
    ...moves,
    credentials,
    devices,
    groups,
    journal,
    random,
    onMoved: () => counts.moves++,
  })
}

/** Journals first and sends then: nothing may be stored that is not in the journal. */
function createSend(
  fleet: Fleet,
  ledger: Ledger,
  seed: number,
  persistentSessions: boolean,
): (batch: Outgoing[]) => void {
  const random = createRandom(seedFor(seed, 0))
  return (batch) => {
    for (const [at, message] of ledger.enter(batch).entries()) {
      const { index, draft } = batch[at]!
      const device = fleet.devices[index]!
      // A session that outlives the connection has steps at which its device can die.
      if (draft.drop && persistentSessions) message.crash = chooseCrash(random)
      device.send(message)
      if (draft.drop && !message.crash) setTimeout(() => device.drop(), random() * DROP_WITHIN_MS)
    }
  }
}

async function drain(
  fleet: Fleet,
  journal: Journal,
  { drainTimeoutMs, giveUp }: RunOptions,
  onTick: (done: number) => void,
): Promise<void> {
  const began = performance.now()
  const waited = () => performance.now() - began
  while (fleet.outstanding() > 0 && waited() < drainTimeoutMs && !giveUp.aborted) {
    journal.flush(Date.now())
    onTick(waited() / drainTimeoutMs)
    await sleep(DRAIN_TICK_MS)
  }
}
