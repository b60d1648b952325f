import { Command, Option } from 'commander'
import { FleetwireError } from '../../kit/errors.ts'
import { groupByVehicle, mergeCredentials, readCredentials, type Credentials } from '../credentials.ts'
import { describeRun } from '../run/report.ts'
import { run, type RunProgress } from '../run/run.ts'
import { BATCH_MAX } from '../traffic/source.ts'
import type { Surroundings } from './command.ts'
import { openApi, withAccount, type Login } from './login.ts'
import * as read from './options.ts'

const FAULT_SHARE = 0.1
const EVENT_SHARE = 0.1
/** The date of an old receiver is 7168 days in the past, which is a fault only if such old readings are refused. */
const RETENTION_DAYS_MAX = 7000

interface RunFlags extends Login {
  credentials: string
  rate: number
  duration: number
  broker: string
  qos: 0 | 1 | 2 | 'mixed'
  persistentSessions?: true
  batch: number
  vehicles?: number
  seed: number
  faults?: number | true
  wholeSeconds?: true
  events?: number | true
  retentionDays: number
  moves?: number
  journal?: string
  latencyLog?: string
  window: number
  drainTimeout: number
}

export function runCommand(surroundings: Surroundings): Command {
  const command = new Command('run')
    .summary('drive the vehicles and publish their readings')
    .description(
      'Connects every device of a credentials file, lets the vehicles drive and publishes what they measure to ' +
        'fleet/{vehicle}/telemetry, over MQTT 3.1.1 with clean sessions. Reconnects and sends again until everything ' +
        'is acknowledged. Devices of the same vehicle measure at the same instants: the first, third ... its position, ' +
        'the others its engine. Everything is journaled for the command verify. Ctrl-C stops sending; a second Ctrl-C ends it at once.',
    )
    .requiredOption('--credentials <file>', 'credentials file written by the command provision')
    .requiredOption('--rate <n>', 'messages a second, of all vehicles together', read.rate)
    .requiredOption('--duration <time>', 'how long to send: 30s, 5m, 2h', read.duration)
    .option('--broker <url>', 'where to connect', brokerUrl, 'mqtt://127.0.0.1:1883')
    .option(
      '--ca <file>',
      'PEM file of the authorities to trust for mqtts://, wss:// and https://',
      read.certificates,
    )
    .option(
      '--qos <0|1|2|mixed>',
      'quality of service; mixed: half of the devices 1, the others 2',
      read.qos,
      1,
    )
    .option(
      '--persistent-sessions',
      'connect with CleanSession 0; faults then let devices die at each step of a delivery',
    )
    .option('--batch <n>', `readings in a message, up to ${BATCH_MAX}`, read.count(1, BATCH_MAX), 1)
    .option('--vehicles <n>', 'use only this many vehicles of the file', read.count(1, 1_000_000))
    .option(
      '--seed <n>',
      'seed of the routes; the same seed gives the same routes',
      read.count(0, 4_294_967_295),
      1,
    )
    .option(
      '--faults [share]',
      `inject faults into this share of the messages, ${FAULT_SHARE} by default`,
      read.share,
    )
    .option(
      '--whole-seconds',
      'truncate the times of readings to whole seconds, so that several share a time',
    )
    .option(
      '--events [share]',
      `send an event with the time of a reading in this share of the turns, ${EVENT_SHARE} by default`,
      read.share,
    )
    .option(
      '--retention-days <n>',
      "the broker's RETENTION_DAYS; faults then include older readings",
      read.count(0, RETENTION_DAYS_MAX),
      0,
    )
    .option(
      '--moves <time>',
      'move a device to another vehicle at this interval, for example 2s; needs a login of the API',
      read.duration,
    )
    .option('--journal <file>', 'journal file; an existing one is continued (default: FILE.journal)')
    .option(
      '--latency-log <file>',
      'write a line for each second: how many were acknowledged, and a histogram of their latencies',
    )
    .option(
      '--window <n>',
      'unacknowledged messages of one device, then its vehicle pauses',
      read.count(1, 10_000),
      100,
    )
    .addOption(
      new Option('--drain-timeout <time>', 'how long to wait for the last acknowledgements')
        .argParser(read.duration)
        .default(30_000, '30s'),
    )
    .addHelpText('after', RUN_HELP)
  return withAccount(command).action((flags: RunFlags) => startRun(flags, surroundings))
}

async function startRun(flags: RunFlags, { progress, interrupts, finish }: Surroundings): Promise<void> {
  const credentials = takeVehicles(readCredentials(flags.credentials), flags)
  checkPace(flags, credentials.length)
  const { moves: everyMs } = flags
  const result = await run({
    ...flags,
    credentials,
    moves: everyMs === undefined ? undefined : { api: await openApi(flags), everyMs },
    eventShare: flags.events === true ? EVENT_SHARE : (flags.events ?? 0),
    durationMs: flags.duration,
    drainTimeoutMs: flags.drainTimeout,
    faultShare: flags.faults === true ? FAULT_SHARE : (flags.faults ?? 0),
    journal: flags.journal ?? `${flags.credentials}.journal`,
    ...interrupts(),
    onProgress: (it) => progress.show(it.done, describeProgress(it, credentials.length)),
  }).finally(() => {
    // So that the next run finds the devices in their vehicles.
    if (everyMs !== undefined) mergeCredentials(flags.credentials, credentials)
  })
  finish({ result, text: describeRun(result) })
}

const brokerUrl = read.url('mqtt', 'mqtts', 'ws', 'wss')

const RUN_HELP = `
Faults are duplicates, late and reordered messages, lost connections, wrong clocks (1970, a day ahead), text that is
no JSON, unknown fields, values out of range, half positions, and bad readings among good ones; with --retention-days also
times before that, and with --persistent-sessions devices that die after PUBLISH, PUBREC or PUBREL, of which half forget
their session.

Examples:
  npm run simulator -- run --credentials fleet.tsv --rate 500 --duration 30s
  npm run simulator -- run --credentials fleet.tsv --rate 100 --duration 5m --batch 10 --faults 0.2 --json
  npm run simulator -- run --credentials fleet.tsv --rate 100 --duration 5m --whole-seconds --events --moves 5s

Exit status: 0 all acknowledged, 1 some were not, 2 wrong usage or no connection.`

function takeVehicles(all: Credentials[], { vehicles, credentials: file }: RunFlags): Credentials[] {
  const groups = groupByVehicle(all)
  if (vehicles === undefined) return all
  if (vehicles <= groups.length) return groups.slice(0, vehicles).flatMap((it) => it.map((at) => all[at]!))
  throw new FleetwireError('bad_usage', `--vehicles ${vehicles}, but ${file} has only ${groups.length}`)
}

/** Every instant has its own millisecond, and all devices of a vehicle measure at each of them. */
function checkPace({ rate, batch }: RunFlags, devices: number): void {
  const perVehicle = (rate * batch) / devices
  if (perVehicle <= 1000) return
  const detail = `${Math.round(perVehicle)} readings a second of each vehicle; 1000 are possible`
  throw new FleetwireError('bad_usage', `--rate, --batch and the number of devices make ${detail}`)
}

function describeProgress({ phase, connected, stats }: RunProgress, vehicles: number): string {
  if (phase === 'connecting') return `connecting: ${connected} of ${vehicles}`
  const { messages, acknowledged } = stats.counts
  const ack = stats.latencyMs()
  const latency = ack ? `, ack p50 ${ack.p50} ms p99 ${ack.p99} ms` : ''
  return `${phase}: ${messages} sent, ${acknowledged} acknowledged${latency}`
}
