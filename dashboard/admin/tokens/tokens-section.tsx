import { useState } from 'preact/hooks'
import { useApp } from '../../app-context.ts'
import { Button } from '../../ui/button.tsx'
import { EmptyState } from '../../ui/empty-state.tsx'
import { Field } from '../../ui/field.tsx'
import { useRequest } from '../../ui/use-request.ts'
import { DeviceTokens } from './device-tokens.tsx'
import { KEY_INPUT_PATTERN } from '../forms/key-pattern.ts'
import { useDebounced } from '../lists/use-debounced.ts'
import './tokens-section.css'

const OFFERED_MAX = 20

/** The tokens of the device in the address. */
export function TokensSection() {
  const { route } = useApp()
  const device = route.value.query.get('device') ?? undefined
  return (
    <>
      <DeviceChoice key={device} device={device} />
      {device === undefined ? (
        <EmptyState title="Select a device">
          <p>You can then issue and revoke its tokens here.</p>
        </EmptyState>
      ) : (
        <DeviceTokens key={device} device={device} />
      )}
    </>
  )
}

function DeviceChoice({ device = '' }: { device: string | undefined }) {
  const { api, navigate } = useApp()
  const [typed, setTyped] = useState(device)
  const text = useDebounced(typed.trim())
  const offered = useRequest(
    (signal) => {
      const query = { limit: OFFERED_MAX, ...(text !== '' && { search: text }) }
      return api.GET('/api/devices', { params: { query }, signal })
    },
    [text],
  )
  return (
    <form
      class="tokens-section__choice"
      onSubmit={(event) => {
        event.preventDefault()
        navigate(`/admin/tokens?device=${typed.trim()}`)
      }}
    >
      <Field label="Device">
        <input
          type="search"
          list="tokens-section-devices"
          required
          pattern={KEY_INPUT_PATTERN}
          autocomplete="off"
          spellcheck={false}
          value={typed}
          onInput={(event) => setTyped(event.currentTarget.value)}
        />
      </Field>
      <datalist id="tokens-section-devices">
        {offered.data?.items.map(({ key, name, vehicle }) => (
          <option key={key} value={key}>
            {[name, vehicle].filter(Boolean).join(', ')}
          </option>
        ))}
      </datalist>
      <Button type="submit">Show tokens</Button>
    </form>
  )
}
