import { useState } from 'preact/hooks'
import { PROBLEMS, type ReadingProblemCode } from '../../contract/problems.ts'
import type { Schemas } from '../../client/client.ts'
import { useApp } from '../app-context.ts'
import { formatNumber } from '../format/format-number.ts'
import { formatDateTime } from '../format/format-time.ts'
import { vehiclePath } from '../routing/routes.ts'
import { ErrorState } from '../ui/error-state.tsx'
import { Icon } from '../ui/icon.tsx'
import { Loading } from '../ui/loading.tsx'
import { useRequest } from '../ui/use-request.ts'
import './rejected.css'

const SHOWN_MAX = 10

/** Refused readings of the last day by reason. Each reason can be opened to see the newest dead letters. */
export function Rejected({ rejected }: { rejected: Schemas['RejectedCounts'] }) {
  const { preferences } = useApp()
  const [open, setOpen] = useState<string>()
  const { items, from } = rejected
  if (items.length === 0) return <p class="rejected__none">No messages were rejected.</p>
  return (
    <ul class="rejected">
      {items.map(({ code, count }) => (
        <li key={code}>
          <button
            class="rejected__reason"
            type="button"
            aria-expanded={open === code}
            onClick={() => setOpen(open === code ? undefined : code)}
          >
            <Icon name="chevron" />
            <span class="rejected__title">{titleOf(code)}</span>
            <code class="rejected__code">{code}</code>
            <span class="rejected__count">{formatNumber(count, preferences.locale.value)}</span>
          </button>
          {open === code && <Letters code={code} from={from} key={code} />}
        </li>
      ))}
    </ul>
  )
}

/** The newest dead letters with a reason. The vehicle's panel has their bytes. */
function Letters({ code, from }: { code: string; from: string }) {
  const { api, preferences } = useApp()
  const query = { code: code as ReadingProblemCode, from, limit: SHOWN_MAX }
  const letters = useRequest((signal) => api.GET('/api/dead-letters', { params: { query }, signal }), [code])
  if (letters.state === 'loading') return <Loading label="Loading" />
  if (letters.state === 'failed') return <ErrorState problem={letters.error} onRetry={letters.reload} />
  return (
    <ul class="rejected__letters">
      {letters.data?.items.map(({ id, received_at, vehicle, device, problems }) => (
        <li key={id}>
          <span>{formatDateTime(Date.parse(received_at), preferences.locale.value)}</span>
          {vehicle === null ? <span>no vehicle</span> : <a href={vehiclePath(vehicle, 'data')}>{vehicle}</a>}
          <span>{device ?? 'no device'}</span>
          <span class="rejected__detail">
            {problems.map(({ pointer, detail }) => `${pointer} ${detail}`.trim()).join('; ')}
          </span>
        </li>
      ))}
    </ul>
  )
}

function titleOf(code: string): string {
  return code in PROBLEMS ? PROBLEMS[code as keyof typeof PROBLEMS].title : code
}
