import { setTimeout as sleep } from 'node:timers/promises'
import type { Credentials } from '../credentials.ts'
import { createRandom, seedFor } from '../driving/random.ts'
import { openJournal, type Journal } from '../journal/write.ts'
import { createSource } from '../traffic/source.ts'
import { createFleet, type Fleet } from './fleet.ts'
import { openLatencyLog } from './latency-log.ts'
import { createLedger, type Ledger, type Outgoing } from './ledger.ts'
import { reportRun, type RunReport } from './report.ts'
import { createStats, type Stats } from './stats.ts'
import { takeTurns } from './turns.ts'

export interface RunOptions {
  credentials: readonly Credentials[]
  broker: string
  /** PEM of the authorities to trust with TLS; undefined: those of Node.js */
  ca?: string | undefined
  /** messages a second of all vehicles together */
  rate: number
  durationMs: number
  drainTimeoutMs: number
  qos: 0 | 1 | 2
  /** readings in a message */
  batch: number
  /** messages that a vehicle may have unacknowledged; beyond it, its turns pass without a reading */
  window: number
  seed: number
  faultShare: number
  journal: string
  /** where the latencies go, second by second; nowhere when absent */
  latencyLog?: string
  /** ends sending early; the outstanding messages are still waited for */
  stop: AbortSignal
  /** ends the waiting, too */
  giveUp: AbortSignal
  /** is told how far it is, many times a second */
  onProgress(progress: RunProgress): void
}

export interface RunProgress {
  phase: 'connecting' | 'sending' | 'draining'
  /** 0..1 of the phase */
  done: number
  connected: number
  stats: Stats
}

const DRAIN_TICK_MS = 20
/** A connection dies at most this long after a message left: before, with or after its ack. */
const DROP_WITHIN_MS = 20

/**
 * Lets the vehicles drive and send, and waits for what is not yet acknowledged.
 * Throws `cannot_connect`, `journal_unusable` and `latency_log_unusable`.
 */
export async function run(options: RunOptions): Promise<RunReport> {
  const { broker, ca, credentials, qos, seed, stop } = options
  const latencyLog = options.latencyLog === undefined ? undefined : openLatencyLog(options.latencyLog)
  const stats = createStats(latencyLog?.write)
  const journal = openJournal(options.journal, { at: Date.now(), seed, broker })
  const ledger = createLedger({ credentials, qos, journal, stats })
  const fleet = createFleet({ credentials, broker, ca, qos, seed, stats, ledger })
  const progress = (phase: RunProgress['phase'], done: number) =>
    options.onProgress({ phase, done, connected: fleet.connected(), stats })

  try {
    await fleet.open(stop, (done) => progress('connecting', done))
    const startMs = Date.now()
    const seconds = await takeTurns({
      rate: options.rate,
      durationMs: options.durationMs,
      stop,
      sources: credentials.map((_, index) =>
        createSource({ ...options, startMs, seed: seedFor(seed, index + 1) }),
      ),
      mayTurn(index) {
        const may = fleet.devices[index]!.outstanding() < options.window
        if (!may) stats.counts.heldBack++
        return may
      },
      send: createSend(fleet, ledger, seed),
      onTick: (done) => progress('sending', done),
    })
    await drain(fleet, journal, options, (done) => progress('draining', done))
    stats.bySecond.end()
    const { journal: file } = options
    return reportRun({
      stats,
      qos,
      seconds,
      journal: file,
      vehicles: credentials.length,
      online: fleet.online(),
      interrupted: stop.aborted,
    })
  } finally {
    await fleet.close()
    journal.close(Date.now())
    latencyLog?.close()
  }
}

/** Journals first, sends then: nothing may be stored that the journal does not know. */
function createSend(fleet: Fleet, ledger: Ledger, seed: number): (batch: Outgoing[]) => void {
  const random = createRandom(seedFor(seed, 0))
  return (batch) => {
    for (const [at, message] of ledger.enter(batch).entries()) {
      const { index, draft } = batch[at]!
      const device = fleet.devices[index]!
      device.send(message)
      if (draft.drop) setTimeout(() => device.drop(), random() * DROP_WITHIN_MS)
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
