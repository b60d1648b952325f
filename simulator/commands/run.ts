import { Command, Option } from 'commander'
import { FleetwireError } from '../../kit/errors.ts'
import { readCredentials, type Credentials } from '../credentials.ts'
import { describeRun } from '../run/report.ts'
import { run, type RunProgress } from '../run/run.ts'
import { BATCH_MAX } from '../traffic/source.ts'
import type { Surroundings } from './command.ts'
import * as read from './options.ts'

const FAULT_SHARE = 0.1

interface RunFlags {
  credentials: string
  rate: number
  duration: number
  broker: string
  ca?: string
  qos: 0 | 1 | 2
  batch: number
  vehicles?: number
  seed: number
  faults?: number | true
  journal?: string
  latencyLog?: string
  window: number
  drainTimeout: number
}

export function runCommand({ progress, interrupts, finish }: Surroundings): Command {
  const command = new Command('run')
    .summary('let the vehicles drive and send')
    .description(
      'Connects every device of a credentials file, lets the vehicles drive and publishes what they measure to ' +
        'fleet/{vehicle}/telemetry, over MQTT 3.1.1 with clean sessions. Reconnects and sends again until everything ' +
        'is acknowledged. All of it is journaled for the command verify. Ctrl-C ends it early; a second one at once.',
    )
    .requiredOption('--credentials <file>', 'what the command provision wrote')
    .requiredOption('--rate <n>', 'messages a second, of all vehicles together', read.rate)
    .requiredOption('--duration <time>', 'how long to send: 30s, 5m, 2h', read.duration)
    .option('--broker <url>', 'where to connect', brokerUrl, 'mqtt://127.0.0.1:1883')
    .option('--ca <file>', 'PEM file of the authorities to trust for mqtts:// and wss://', read.certificates)
    .option('--qos <0|1|2>', 'quality of service', read.qos, 1)
    .option('--batch <n>', `readings in a message, up to ${BATCH_MAX}`, read.count(1, BATCH_MAX), 1)
    .option('--vehicles <n>', 'use only the first so many of the file', read.count(1, 1_000_000))
    .option('--seed <n>', 'the same seed drives the same routes', read.count(0, 4_294_967_295), 1)
    .option('--faults [share]', `spoil this share of the messages, ${FAULT_SHARE} unless told`, read.share)
    .option('--journal <file>', 'where to journal; a file that exists is continued (default: FILE.journal)')
    .option(
      '--latency-log <file>',
      'write a line for each second: how many were acknowledged, and a histogram of their latencies',
    )
    .option(
      '--window <n>',
      'unacknowledged messages of one vehicle, then it pauses',
      read.count(1, 10_000),
      100,
    )
    .addOption(
      new Option('--drain-timeout <time>', 'how long to wait for the last acknowledgements')
        .argParser(read.duration)
        .default(30_000, '30s'),
    )
    .addHelpText('after', RUN_HELP)
  return command.action(async (flags: RunFlags) => {
    const credentials = takeVehicles(readCredentials(flags.credentials), flags)
    checkPace(flags, credentials.length)
    const result = await run({
      ...flags,
      credentials,
      durationMs: flags.duration,
      drainTimeoutMs: flags.drainTimeout,
      faultShare: flags.faults === true ? FAULT_SHARE : (flags.faults ?? 0),
      journal: flags.journal ?? `${flags.credentials}.journal`,
      ...interrupts(),
      onProgress: (it) => progress.show(it.done, describeProgress(it, credentials.length)),
    })
    finish({ result, text: describeRun(result) })
  })
}

const brokerUrl = read.url('mqtt', 'mqtts', 'ws', 'wss')

const RUN_HELP = `
Faults are duplicates, late and reordered messages, lost connections, wrong clocks (1970, a day ahead), text that is
no JSON, unknown fields, values out of range, half positions, and bad readings among good ones.

Examples:
  npm run simulator -- run --credentials fleet.tsv --rate 500 --duration 30s
  npm run simulator -- run --credentials fleet.tsv --rate 100 --duration 5m --batch 10 --faults 0.2 --json

Exit status: 0 all acknowledged, 1 some were not, 2 wrong usage or no connection.`

function takeVehicles(all: Credentials[], { vehicles, credentials: file }: RunFlags): Credentials[] {
  if (vehicles === undefined || vehicles <= all.length) return all.slice(0, vehicles)
  throw new FleetwireError('bad_usage', `--vehicles ${vehicles}, but ${file} has only ${all.length}`)
}

/** Every reading has its own millisecond, so that a vehicle cannot measure more often than that. */
function checkPace({ rate, batch }: RunFlags, vehicles: number): void {
  const perVehicle = (rate * batch) / vehicles
  if (perVehicle <= 1000) return
  const detail = `${Math.round(perVehicle)} readings a second of each vehicle; 1000 are possible`
  throw new FleetwireError('bad_usage', `--rate, --batch and the number of vehicles make ${detail}`)
}

function describeProgress({ phase, connected, stats }: RunProgress, vehicles: number): string {
  if (phase === 'connecting') return `connecting: ${connected} of ${vehicles}`
  const { messages, acknowledged } = stats.counts
  const ack = stats.latencyMs()
  const latency = ack ? `, ack p50 ${ack.p50} ms p99 ${ack.p99} ms` : ''
  return `${phase}: ${messages} sent, ${acknowledged} acknowledged${latency}`
}
