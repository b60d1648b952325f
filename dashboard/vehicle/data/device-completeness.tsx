import { useApp } from '../../app-context.ts'
import { formatNumber } from '../../format/format-number.ts'
import { formatDateTime } from '../../format/format-time.ts'
import { ErrorState } from '../../ui/error-state.tsx'
import { Loading } from '../../ui/loading.tsx'
import { useRequest } from '../../ui/use-request.ts'
import { CompletenessCounts } from './completeness-summary.tsx'
import './device-completeness.css'

/** Ranges shown, of up to 1000 in a reply. */
const RANGES_SHOWN = 50

/** The outcomes of a device's readings on a day, and its missing sequence numbers. */
export function DeviceCompleteness({
  device,
  fromMs,
  toMs,
}: {
  device: string
  fromMs: number
  toMs: number
}) {
  const { api, preferences } = useApp()
  const locale = preferences.locale.value
  const found = useRequest(
    (signal) =>
      api.GET('/api/devices/{key}/completeness', {
        params: {
          path: { key: device },
          query: { from: new Date(fromMs).toISOString(), to: new Date(toMs).toISOString() },
        },
        signal,
      }),
    [device, fromMs, toMs],
  )
  if (found.state === 'failed') return <ErrorState problem={found.error} onRetry={() => found.reload()} />
  if (found.data === undefined) return <Loading label={`Counting the readings of ${device}`} />
  const { counts, first_seq: first, last_seq: last, restarts, missing, missing_total: total } = found.data
  const shown = missing.slice(-RANGES_SHOWN).toReversed()
  const count = (n: number) => formatNumber(n, locale, 0)
  return (
    <div class="device-completeness">
      <h4>{device}</h4>
      <CompletenessCounts counts={counts} />
      {first === null || last === null ? (
        <p class="vehicle-panel__note">Readings have no sequence numbers, so gaps cannot be detected.</p>
      ) : (
        <p class="vehicle-panel__note">
          Sequence {first} to {last}
          {restarts > 0 && `, restarted ${restarts === 1 ? 'once' : `${count(restarts)} times`}`}:{' '}
          {total === 0 ? 'nothing is missing' : `${count(total)} missing`}.
        </p>
      )}
      {shown.length > 0 && (
        <div class="vehicle-panel__scroll" role="region" aria-label={`Missing readings of ${device}`} tabIndex={0}>
          <table>
            <thead>
              <tr>
                <th scope="col">Missing</th>
                <th scope="col">Count</th>
                <th scope="col">After</th>
                <th scope="col">Before</th>
              </tr>
            </thead>
            <tbody>
              {shown.map((it) => (
                <tr key={`${it.from_seq} ${it.after}`}>
                  <td>{it.from_seq === it.to_seq ? it.from_seq : `${it.from_seq} – ${it.to_seq}`}</td>
                  <td>{count(it.count)}</td>
                  <td>{formatDateTime(Date.parse(it.after), locale)}</td>
                  <td>{formatDateTime(Date.parse(it.before), locale)}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
      {missing.length > shown.length && (
        <p class="vehicle-panel__note">Only the newest {RANGES_SHOWN} ranges are shown.</p>
      )}
    </div>
  )
}
