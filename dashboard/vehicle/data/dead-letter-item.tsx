import { useEffect, useRef, useState } from 'preact/hooks'
import type { Schemas } from '../../../client/client.ts'
import { PROBLEMS } from '../../../contract/problems.ts'
import { useApp } from '../../app-context.ts'
import { formatNumber } from '../../format/format-number.ts'
import { formatDateTime } from '../../format/format-time.ts'
import { Button } from '../../ui/button.tsx'
import { Icon } from '../../ui/icon.tsx'
import { RawPayload } from './raw-payload.tsx'

/** One refused message or reading: why, its bytes, and for an administrator to try it again or to delete it. */
export function DeadLetterItem({
  letter,
  onChange,
}: {
  letter: Schemas['DeadLetter']
  onChange: () => void
}) {
  const app = useApp()
  const { api, me, preferences } = app
  const [isOpen, setOpen] = useState(false)
  const [isBusy, setBusy] = useState(false)
  const controller = useRef(new AbortController())
  useEffect(() => () => controller.current.abort(), [])
  const { id, code, problems, reading_index: index, payload_bytes: bytes } = letter
  const path = { id: String(id) }
  const locale = preferences.locale.value

  async function act(ask: (signal: AbortSignal) => Promise<string>): Promise<void> {
    const { signal } = controller.current
    setBusy(true)
    try {
      const refusal = await ask(signal)
      if (refusal !== '') app.notify(refusal, 'error')
      if (!signal.aborted) onChange()
    } catch {
      if (!signal.aborted) app.notify('The server cannot be reached', 'error')
    } finally {
      if (!signal.aborted) setBusy(false)
    }
  }

  const replay = () =>
    act(async (signal) => {
      const { data, error } = await api.POST('/api/dead-letters/{id}/replay', { params: { path }, signal })
      if (error) return `${error.title}: ${error.detail}`
      const [kept] = data.kept
      if (kept !== undefined) return `Rejected again: ${kept.errors.map(({ detail }) => detail).join('; ')}`
      app.notify(`Stored: ${data.stored} new, ${data.duplicates} already stored`)
      return ''
    })
  const remove = () =>
    act(async (signal) => {
      const { error } = await api.DELETE('/api/dead-letters/{id}', { params: { path }, signal })
      return error ? `${error.title}: ${error.detail}` : ''
    })

  return (
    <li class="dead-letters__item">
      <p class="dead-letters__head">
        <strong>{titleOf(code)}</strong>
        <time dateTime={letter.received_at}>{formatDateTime(Date.parse(letter.received_at), locale)}</time>
      </p>
      <ul class="dead-letters__problems">
        {problems.map(({ pointer, detail }) => (
          <li key={`${pointer} ${detail}`}>
            {pointer !== '' && <code>{pointer}</code>} {detail}
          </li>
        ))}
      </ul>
      <p class="vehicle-panel__note">
        {index === null ? 'the whole message' : `reading ${index} of its message`},{' '}
        {formatNumber(bytes, locale, 0)} bytes
        {letter.device !== null && `, from ${letter.device}`}
      </p>
      <div class="vehicle-panel__tools">
        <details onToggle={(event) => setOpen(event.currentTarget.open)}>
          <summary>
            Payload<span class="visually-hidden"> of dead letter {id}</span>
          </summary>
          {isOpen && <RawPayload id={id} />}
        </details>
        {me.value.role === 'admin' && (
          <>
            <Button disabled={isBusy} onClick={() => void replay()}>
              Try again
            </Button>
            <Button
              kind="danger"
              label={`Delete dead letter ${id}`}
              disabled={isBusy}
              onClick={() => void remove()}
            >
              <Icon name="trash" />
            </Button>
          </>
        )}
      </div>
    </li>
  )
}

function titleOf(code: string): string {
  return Object.hasOwn(PROBLEMS, code) ? PROBLEMS[code as keyof typeof PROBLEMS].title : code
}
