import { useState } from 'preact/hooks'
import type { Problem } from '../../../client/client.ts'
import { useApp } from '../../app-context.ts'
import { EmptyState } from '../../ui/empty-state.tsx'
import { ErrorState } from '../../ui/error-state.tsx'
import { Field } from '../../ui/field.tsx'
import { Loading } from '../../ui/loading.tsx'
import { useRequest } from '../../ui/use-request.ts'
import { localTimeOf } from '../days/day.ts'
import { ReplayPlayer } from './replay-player.tsx'
import { loadTrack, TRACK_POINTS_MAX, type Track } from './track.ts'

const DEFAULT_SPAN_MS = 2 * 3_600_000
const MINUTE_MS = 60_000

/** Replays a part of the vehicle's past on the map; by default the two hours up to its newest position. */
export function ReplayTab({ vehicle }: { vehicle: string }) {
  const { api, table } = useApp()
  const newest = useRequest(
    async (signal): Promise<{ data?: number; error?: Problem }> => {
      const row = table.rowOf(vehicle)
      const knownMs = row === undefined ? 0 : (table.timeMs[row] ?? 0)
      if (knownMs > 0) return { data: knownMs }
      const params = { path: { key: vehicle } }
      const { data, error } = await api.GET('/api/vehicles/{key}/position', { params, signal })
      return error ? { error } : { data: Date.parse(data.time) }
    },
    [vehicle],
  )
  if (newest.data !== undefined) return <Replayed vehicle={vehicle} newestMs={newest.data} />
  return (
    <section class="vehicle-panel__section" aria-label="Replay">
      {newest.state === 'loading' ? (
        <Loading label="Loading the newest position" />
      ) : newest.error?.code === 'not_found' ? (
        <EmptyState title="No position yet" />
      ) : (
        <ErrorState problem={newest.error} onRetry={() => newest.reload()} />
      )}
    </section>
  )
}

function Replayed({ vehicle, newestMs }: { vehicle: string; newestMs: number }) {
  const { api } = useApp()
  const [range, setRange] = useState(() => {
    // The end is exclusive, and the inputs have only minutes.
    const toMs = (Math.floor(newestMs / MINUTE_MS) + 1) * MINUTE_MS
    return { fromMs: toMs - DEFAULT_SPAN_MS, toMs }
  })
  const isEmpty = range.fromMs >= range.toMs
  const track = useRequest(
    async (signal): Promise<{ data?: Track; error?: Problem }> =>
      isEmpty ? {} : loadTrack(api, vehicle, range, signal),
    [vehicle, range.fromMs, range.toMs],
  )

  function change(part: Partial<typeof range>): void {
    const next = { ...range, ...part }
    if (Number.isFinite(next.fromMs) && Number.isFinite(next.toMs)) setRange(next)
  }

  return (
    <section class="vehicle-panel__section" aria-label="Replay">
      <div class="vehicle-panel__range">
        <Field label="From">
          <input
            type="datetime-local"
            value={localTimeOf(range.fromMs)}
            onChange={(event) => change({ fromMs: Date.parse(event.currentTarget.value) })}
          />
        </Field>
        <Field label="To" error={isEmpty ? 'The end is before the start' : undefined}>
          <input
            type="datetime-local"
            value={localTimeOf(range.toMs)}
            onChange={(event) => change({ toMs: Date.parse(event.currentTarget.value) })}
          />
        </Field>
      </div>
      {isEmpty ? null : track.state === 'failed' ? (
        <ErrorState problem={track.error} onRetry={() => track.reload()} />
      ) : track.data === undefined ? (
        <Loading label="Loading the track" />
      ) : track.data.points.length === 0 ? (
        <EmptyState title="No positions in this period">
          <p>Choose another time. The Events tab shows the trips of a day.</p>
        </EmptyState>
      ) : (
        <>
          {track.data.isCut && (
            <p class="vehicle-panel__note">
              This is only the first part: a replay has at most {TRACK_POINTS_MAX} positions.
            </p>
          )}
          <ReplayPlayer key={`${range.fromMs} ${range.toMs}`} vehicle={vehicle} track={track.data.points} />
        </>
      )}
    </section>
  )
}
