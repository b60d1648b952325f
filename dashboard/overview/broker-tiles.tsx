import type { BrokerSample } from '../../contract/broker-status.ts'
import type { Schemas } from '../../client/client.ts'
import { useApp } from '../app-context.ts'
import { formatAge } from '../format/format-age.ts'
import { formatNumber } from '../format/format-number.ts'
import { FillBar, fillKind } from './fill-bar.tsx'
import { formatBytes } from './format-bytes.ts'
import { quantileBetween } from './quantile.ts'
import { allSamples, pairOver, rateOver, rateSeries, type Seen } from './samples.ts'
import { Sparkline } from './sparkline.tsx'
import { Tile, TileFacts } from './tile.tsx'

type Broker = NonNullable<Schemas['Overview']['broker']>
type Samples = readonly BrokerSample[]

const MINUTE_MS = 60_000
const HOUR_MS = 60 * MINUTE_MS
/** Window of current rates: two responses are 5 s apart. */
const NOW_MS = 10_000
/** Slower acknowledgements are a warning. */
const ACK_WARNING_S = 1

/** The broker's figures: rates, acknowledgement latency, waiting messages, spool and connections. */
export function BrokerTiles({
  broker,
  seen,
  lagMs,
}: {
  broker: Broker
  seen: Seen
  lagMs: number | undefined
}) {
  const samples = allSamples(broker, seen)
  return (
    <>
      <RateTile samples={samples} />
      <AckTile broker={broker} samples={samples} />
      <WaitingTile broker={broker} lagMs={lagMs} />
      <SpoolTile broker={broker} samples={samples} />
      <ConnectionsTile broker={broker} />
    </>
  )
}

function RateTile({ samples }: { samples: Samples }) {
  const locale = useApp().preferences.locale.value
  const rate = (read: (it: BrokerSample) => number) => formatRate(rateOver(samples, read, NOW_MS), locale)
  const hour = pairOver(samples, HOUR_MS)
  const perHour = hour && hour.later.readings_stored - hour.earlier.readings_stored
  const since = hour === undefined ? '' : formatAge(hour.seconds * 1000, locale)
  const series = rateSeries(samples, (it) => it.readings_stored)
  const most = formatRate(Math.max(...series.map(({ perS }) => perS)), locale)
  return (
    <Tile title="Readings stored" value={rate((it) => it.readings_stored)} unit="per second">
      <Sparkline label={`In the last ${since || 'hour'}, at most ${most} per second`} points={series} />
      <TileFacts
        facts={[
          ['Messages per second', rate((it) => it.messages_settled)],
          [
            `Stored in ${since || 'the last hour'}`,
            perHour === undefined ? '–' : formatNumber(perHour, locale),
          ],
          ['Duplicates per second', rate((it) => it.readings_duplicate)],
        ]}
      />
    </Tile>
  )
}

function AckTile({ broker, samples }: { broker: Broker; samples: Samples }) {
  const locale = useApp().preferences.locale.value
  const pair = pairOver(samples, MINUTE_MS)
  const at = (q: number) =>
    pair && quantileBetween(broker.ack_bounds_s, pair.earlier.ack_counts, pair.later.ack_counts, q)
  const text = (found: ReturnType<typeof at>) =>
    found === undefined ? '–' : `${found.isMore ? 'over ' : ''}${formatLatency(found.value, locale)}`
  const p99 = at(0.99)
  const isSlow = p99 !== undefined && p99.value >= ACK_WARNING_S
  return (
    <Tile
      title="Acknowledgement latency"
      value={text(at(0.5))}
      unit="median"
      kind={isSlow ? 'warning' : 'normal'}
    >
      <TileFacts
        facts={[
          ['95th percentile', text(at(0.95))],
          ['99th percentile', text(p99)],
          ['Over the last', pair === undefined ? '–' : formatAge(pair.seconds * 1000, locale)],
        ]}
      />
    </Tile>
  )
}

function WaitingTile({ broker, lagMs }: { broker: Broker; lagMs: number | undefined }) {
  const locale = useApp().preferences.locale.value
  const { waiting_bytes: bytes, waiting_bytes_max: bytesMax, messages_pending: pending } = broker
  const text = `${formatBytes(bytes, locale)} of ${formatBytes(bytesMax, locale)}`
  return (
    <Tile
      title="Newest position received"
      value={lagMs === undefined ? 'never' : formatAge(lagMs, locale)}
      unit={lagMs === undefined ? undefined : 'ago'}
      kind={fillKind(bytes / bytesMax)}
    >
      <FillBar label="Bytes waiting for the database" part={bytes / bytesMax} text={text} />
      <TileFacts
        facts={[
          ['Waiting for the database', text],
          ['Messages not yet acknowledged', formatNumber(pending, locale)],
        ]}
      />
    </Tile>
  )
}

function SpoolTile({ broker, samples }: { broker: Broker; samples: Samples }) {
  const locale = useApp().preferences.locale.value
  const { messages, bytes, bytes_max: bytesMax, oldest_s: oldestS } = broker.spool
  const part = bytes / bytesMax
  const drained = rateOver(samples, (it) => it.messages_drained, MINUTE_MS) ?? 0
  const text = `${formatBytes(bytes, locale)} of ${formatBytes(bytesMax, locale)}`
  const kind = messages === 0 || fillKind(part) !== 'normal' ? fillKind(part) : 'warning'
  return (
    <Tile title="Spool" value={formatNumber(messages, locale)} unit="messages" kind={kind}>
      <FillBar label="Spool" part={part} text={text} />
      <TileFacts
        facts={[
          ['On disk', text],
          ['Oldest', messages === 0 ? 'none' : formatAge(oldestS * 1000, locale)],
          ['State', drainState(broker, drained, locale)],
        ]}
      />
    </Tile>
  )
}

function drainState({ spool, database_away }: Broker, drained: number, locale: string | undefined): string {
  if (database_away) return 'waiting for the database'
  if (spool.messages === 0) return 'empty'
  return drained > 0 ? `draining ${formatRate(drained, locale)} per second` : 'not draining'
}

function ConnectionsTile({ broker }: { broker: Broker }) {
  const locale = useApp().preferences.locale.value
  const { connections, connections_held_back: heldBack } = broker
  return (
    <Tile title="Connections" value={formatNumber(connections, locale)}>
      <TileFacts
        facts={[
          ['On hold', formatNumber(heldBack, locale)],
          ['Database', databaseState(broker)],
        ]}
      />
    </Tile>
  )
}

function databaseState({ database_away, database_slow }: Broker): string {
  if (database_away) return 'not writable'
  return database_slow ? 'writes are slow' : 'writable'
}

function formatRate(perS: number | undefined, locale: string | undefined): string {
  if (perS === undefined || !Number.isFinite(perS)) return '–'
  return formatNumber(perS, locale, perS > 0 && perS < 10 ? 1 : 0)
}

function formatLatency(seconds: number, locale: string | undefined): string {
  if (seconds >= 1) return `${formatNumber(seconds, locale, seconds < 10 ? 1 : 0)} s`
  return `${formatNumber(seconds * 1000, locale, seconds < 0.01 ? 1 : 0)} ms`
}
