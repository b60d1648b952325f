import { useApp } from '../../app-context.ts'
import { Button } from '../../ui/button.tsx'
import { EmptyState } from '../../ui/empty-state.tsx'
import { useRequest } from '../../ui/use-request.ts'
import { Listing } from '../lists/listing.tsx'
import { NewButton, Toolbar } from '../lists/toolbar.tsx'
import { useDialogs } from '../lists/use-dialogs.ts'
import { usePages } from '../lists/use-pages.ts'
import { shortId, stateOf, useTokenColumns, type Token } from './token-columns.tsx'
import { TokenDialogs, type TokenDialog } from './token-dialogs.tsx'
import { useSelection, type Selection } from './use-selection.ts'

/** The tokens of a device, to issue and to revoke them. Several can be revoked together. */
export function DeviceTokens({ device }: { device: string }) {
  const known = useDevice(device)
  const pages = useTokens(device)
  const columns = useTokenColumns()
  const selection = useSelection()
  const dialogs = useDialogs<TokenDialog>(() => {
    selection.clear()
    pages.reload()
  })
  const { setOpen } = dialogs
  const onIssue = () => setOpen({ what: 'issue' })

  return (
    <>
      <Toolbar>
        <RevokeButtons tokens={pages.items} selection={selection} onOpen={setOpen} />
        {known.state === 'ready' && <NewButton label="New token" onClick={onIssue} />}
      </Toolbar>
      <Listing
        label={`Tokens of ${device}`}
        columns={columns}
        pages={pages}
        keyOf={({ jti }) => jti}
        actions={(token) => <TokenActions token={token} selection={selection} onOpen={setOpen} />}
        empty={<NoTokens device={device} onIssue={onIssue} />}
      />
      <TokenDialogs
        dialogs={dialogs}
        device={device}
        vehicle={known.data?.vehicle ?? null}
        onIssued={pages.reload}
      />
    </>
  )
}

function useDevice(key: string) {
  const { api } = useApp()
  const params = { path: { key } }
  return useRequest((signal) => api.GET('/api/devices/{key}', { params, signal }), [key])
}

function useTokens(device: string) {
  const { api } = useApp()
  const path = { key: device }
  return usePages(
    (cursor, signal) => {
      const query = cursor === undefined ? {} : { cursor }
      return api.GET('/api/devices/{key}/tokens', { params: { path, query }, signal })
    },
    [device],
  )
}

interface RevokeButtonsProps {
  tokens: readonly Token[]
  selection: Selection
  onOpen: (dialog: TokenDialog) => void
}

/** Revokes the selected tokens, or all. */
function RevokeButtons({ tokens, selection, onOpen }: RevokeButtonsProps) {
  const valid = tokens.filter((token) => stateOf(token) === 'valid').map(({ jti }) => jti)
  const selected = valid.filter((jti) => selection.has(jti))
  return (
    <>
      {selected.length > 0 && (
        <Button kind="danger" onClick={() => onOpen({ what: 'revoke', jtis: selected })}>
          Revoke {selected.length} selected
        </Button>
      )}
      {valid.length > 1 && (
        <Button kind="danger" onClick={() => onOpen({ what: 'revoke-all' })}>
          Revoke all
        </Button>
      )}
    </>
  )
}

interface TokenActionsProps {
  token: Token
  selection: Selection
  onOpen: (dialog: TokenDialog) => void
}

function TokenActions({ token, selection, onOpen }: TokenActionsProps) {
  const { jti } = token
  if (stateOf(token) !== 'valid') return null
  return (
    <>
      <label class="admin-form__choice">
        <input
          type="checkbox"
          aria-label={`Select token ${shortId(token)}`}
          checked={selection.has(jti)}
          onChange={(event) => selection.select(jti, event.currentTarget.checked)}
        />
      </label>
      <Button kind="danger" onClick={() => onOpen({ what: 'revoke', jtis: [jti] })}>
        Revoke
      </Button>
    </>
  )
}

function NoTokens({ device, onIssue }: { device: string; onIssue: () => void }) {
  return (
    <EmptyState title={`${device} has no token`}>
      <p>The token is the password of the device's MQTT connection.</p>
      <Button kind="primary" onClick={onIssue}>
        Issue a token
      </Button>
    </EmptyState>
  )
}
