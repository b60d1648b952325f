import { useState } from 'preact/hooks'
import type { Schemas } from '../../../client/client.ts'
import { PROBLEMS } from '../../../contract/problems.ts'
import { useApp } from '../../app-context.ts'
import { formatNumber } from '../../format/format-number.ts'
import { formatDateTime } from '../../format/format-time.ts'
import { Button } from '../../ui/button.tsx'
import { Icon } from '../../ui/icon.tsx'
import { RawPayload } from './raw-payload.tsx'
import { useDeadLetter } from './use-dead-letter.ts'

export interface DeadLetterItemProps {
  letter: Schemas['DeadLetter']
  onChange: () => void
}

/** One refused message or reading with the reason and its bytes. Administrators can replay or delete it. */
export function DeadLetterItem({ letter, onChange }: DeadLetterItemProps) {
  const { me, preferences } = useApp()
  const { code, problems, reading_index: index, payload_bytes: bytes } = letter
  const locale = preferences.locale.value
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
        {index === null ? 'Whole message' : `Reading ${index} of its message`},{' '}
        {formatNumber(bytes, locale, 0)} bytes
        {letter.device !== null && `, from ${letter.device}`}
      </p>
      <div class="vehicle-panel__tools">
        <Payload id={letter.id} />
        {me.value.role === 'admin' && <Tools id={letter.id} onChange={onChange} />}
      </div>
    </li>
  )
}

/** The payload is loaded when it is opened. */
function Payload({ id }: { id: number }) {
  const [isOpen, setOpen] = useState(false)
  return (
    <details onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary>
        Payload<span class="visually-hidden"> of dead letter {id}</span>
      </summary>
      {isOpen && <RawPayload id={id} />}
    </details>
  )
}

function Tools({ id, onChange }: { id: number; onChange: () => void }) {
  const { isBusy, replay, remove } = useDeadLetter(id, onChange)
  return (
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
  )
}

function titleOf(code: string): string {
  return Object.hasOwn(PROBLEMS, code) ? PROBLEMS[code as keyof typeof PROBLEMS].title : code
}
