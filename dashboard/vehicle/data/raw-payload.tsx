import { useApp } from '../../app-context.ts'
import { ErrorState } from '../../ui/error-state.tsx'
import { Loading } from '../../ui/loading.tsx'
import { useRequest } from '../../ui/use-request.ts'

/** Characters shown. A payload may have 256 KiB, and the page must stay usable. */
const CHARACTERS_MAX = 20_000

/** The bytes of a dead letter: as text if they are UTF-8, otherwise as base64. */
export function RawPayload({ id }: { id: number }) {
  const { api } = useApp()
  const letter = useRequest(
    (signal) => api.GET('/api/dead-letters/{id}', { params: { path: { id: String(id) } }, signal }),
    [id],
  )
  if (letter.state === 'failed') return <ErrorState problem={letter.error} onRetry={() => letter.reload()} />
  if (letter.data === undefined) return <Loading label="Loading the payload" />
  const { text, payload = '' } = letter.data
  const shown = text ?? payload
  return (
    <>
      {text === undefined && <p class="vehicle-panel__note">The payload is not UTF-8 and is shown as base64.</p>}
      <pre class="vehicle-panel__raw" role="region" aria-label={`Payload of dead letter ${id}`} tabIndex={0}>
        {shown === '' ? '(empty)' : shown.slice(0, CHARACTERS_MAX)}
      </pre>
      {shown.length > CHARACTERS_MAX && (
        <p class="vehicle-panel__note">
          The first {CHARACTERS_MAX} characters of {shown.length}.
        </p>
      )}
    </>
  )
}
