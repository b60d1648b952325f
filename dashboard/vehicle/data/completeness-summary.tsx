import type { Schemas } from '../../../client/client.ts'
import { useApp } from '../../app-context.ts'
import { formatNumber } from '../../format/format-number.ts'
import { ErrorState } from '../../ui/error-state.tsx'
import { Loading } from '../../ui/loading.tsx'
import { useRequest } from '../../ui/use-request.ts'
import './completeness.css'

/** The outcomes of the readings of the last 24 hours. */
export function CompletenessSummary({ vehicle }: { vehicle: string }) {
  const { api } = useApp()
  const found = useRequest(
    (signal) => api.GET('/api/vehicles/{key}/completeness', { params: { path: { key: vehicle } }, signal }),
    [vehicle],
  )
  if (found.state === 'failed') return <ErrorState problem={found.error} onRetry={() => found.reload()} />
  if (found.data === undefined) return <Loading label="Counting readings" />
  return <CompletenessCounts counts={found.data.counts} />
}

const LABELS = {
  stored: 'Stored',
  late: 'Late',
  duplicates: 'Duplicates',
  rejected: 'Rejected',
} as const

export function CompletenessCounts({ counts }: { counts: Schemas['CompletenessCounts'] }) {
  const locale = useApp().preferences.locale.value
  return (
    <dl class="completeness">
      {(Object.keys(LABELS) as (keyof typeof LABELS)[]).map((name) => (
        <div key={name} class="completeness__item">
          <dt>{LABELS[name]}</dt>
          <dd>{formatNumber(counts[name], locale, 0)}</dd>
        </div>
      ))}
    </dl>
  )
}
