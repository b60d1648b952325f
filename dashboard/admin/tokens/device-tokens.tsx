import { useState } from 'preact/hooks'
import type { Schemas } from '../../../client/client.ts'
import { useApp } from '../../app-context.ts'
import { formatDateTime } from '../../format/format-time.ts'
import { Button } from '../../ui/button.tsx'
import { EmptyState } from '../../ui/empty-state.tsx'
import { Icon } from '../../ui/icon.tsx'
import { useRequest } from '../../ui/use-request.ts'
import { AdminTable, type Column } from '../lists/admin-table.tsx'
import { answerOf, type Answer } from '../forms/answer.ts'
import { ConfirmDialog } from '../forms/confirm-dialog.tsx'
import { IssueToken } from './issue-token.tsx'
import { Listing } from '../lists/listing.tsx'
import { tokenState } from './token-state.ts'
import { Toolbar } from '../lists/toolbar.tsx'
import { usePages } from '../lists/use-pages.ts'

type Token = Schemas['KnownDeviceToken']
type Open = { what: 'issue' } | { what: 'revoke'; jtis: string[] } | { what: 'revoke-all' }

const WORDS = { good: 'Good', expired: 'Expired', revoked: 'Revoked' } as const

/** What a device can log in with, and could; some of them can be revoked together. */
export function DeviceTokens({ device }: { device: string }) {
  const { api, notify, preferences } = useApp()
  const [open, setOpen] = useState<Open>()
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set())
  const path = { key: device }
  const known = useRequest((signal) => api.GET('/api/devices/{key}', { params: { path }, signal }), [device])
  const pages = usePages(
    (cursor, signal) => {
      const query = cursor === undefined ? {} : { cursor }
      return api.GET('/api/devices/{key}/tokens', { params: { path, query }, signal })
    },
    [device],
  )
  const close = () => setOpen(undefined)
  const stateOf = (token: Token) => tokenState(token, Date.now())
  const time = (text: string) => formatDateTime(Date.parse(text), preferences.locale.value)

  function choose(jti: string, isChosen: boolean): void {
    const next = new Set(chosen)
    if (isChosen) next.add(jti)
    else next.delete(jti)
    setChosen(next)
  }

  function revoked(message: string): void {
    close()
    setChosen(new Set())
    pages.reload()
    notify(message)
  }

  /** One after the other; what was revoked before one that fails stays revoked. */
  async function revoke(jtis: readonly string[]): Promise<Answer<unknown>> {
    for (const jti of jtis) {
      const params = { path: { key: device, jti } }
      const answer = await answerOf(api.DELETE('/api/devices/{key}/tokens/{jti}', { params }))
      if (answer.problem) return answer
    }
    return {}
  }

  const columns: Column<Token>[] = [
    { title: 'Issued', cell: ({ issued_at }) => time(issued_at) },
    {
      title: 'State',
      cell: (token) => (
        <span class={`tokens-section__state--${stateOf(token)}`}>
          {WORDS[stateOf(token)]}
          {token.revoked_at !== null && ` ${time(token.revoked_at)}`}
        </span>
      ),
    },
    { title: 'Expires', cell: ({ expires_at }) => time(expires_at) },
    {
      title: 'Last used',
      cell: ({ last_used_at }) => (last_used_at === null ? 'never' : time(last_used_at)),
    },
    { title: 'Id', cell: ({ jti }) => <code>{jti.slice(0, 8)}</code> },
  ]
  const actions = (token: Token) =>
    stateOf(token) === 'good' && (
      <>
        <label class="admin-form__choice">
          <input
            type="checkbox"
            aria-label={`Select token ${token.jti.slice(0, 8)}`}
            checked={chosen.has(token.jti)}
            onChange={(event) => choose(token.jti, event.currentTarget.checked)}
          />
        </label>
        <Button kind="danger" onClick={() => setOpen({ what: 'revoke', jtis: [token.jti] })}>
          Revoke
        </Button>
      </>
    )
  const good = pages.items.filter((token) => stateOf(token) === 'good')
  const goodChosen = good.map(({ jti }) => jti).filter((jti) => chosen.has(jti))

  const empty = (
    <EmptyState title={`${device} has no token`}>
      <p>The token is the password of the device's MQTT connection.</p>
      <Button kind="primary" onClick={() => setOpen({ what: 'issue' })}>
        Issue a token
      </Button>
    </EmptyState>
  )

  return (
    <>
      <Toolbar>
        {goodChosen.length > 0 && (
          <Button kind="danger" onClick={() => setOpen({ what: 'revoke', jtis: goodChosen })}>
            Revoke {goodChosen.length} chosen
          </Button>
        )}
        {good.length > 1 && (
          <Button kind="danger" onClick={() => setOpen({ what: 'revoke-all' })}>
            Revoke all
          </Button>
        )}
        {known.state === 'ready' && (
          <Button kind="primary" onClick={() => setOpen({ what: 'issue' })}>
            <Icon name="plus" /> New token
          </Button>
        )}
      </Toolbar>
      <Listing pages={pages} empty={empty}>
        <AdminTable
          label={`Tokens of ${device}`}
          columns={columns}
          items={pages.items}
          keyOf={({ jti }) => jti}
          actions={actions}
        />
      </Listing>
      {open?.what === 'issue' && (
        <IssueToken
          device={device}
          vehicle={known.data?.vehicle ?? null}
          onIssued={pages.reload}
          onClose={close}
        />
      )}
      {open?.what === 'revoke' && (
        <ConfirmDialog
          title={open.jtis.length === 1 ? 'Revoke a token' : `Revoke ${open.jtis.length} tokens`}
          action="Revoke"
          run={() => revoke(open.jtis)}
          onDone={() => revoked('Revoked')}
          onClose={close}
        >
          <p>If {device} is connected with it, that ends within two seconds. It cannot be undone.</p>
        </ConfirmDialog>
      )}
      {open?.what === 'revoke-all' && (
        <ConfirmDialog
          title={`Revoke all tokens of ${device}`}
          action="Revoke all"
          run={() => answerOf(api.DELETE('/api/devices/{key}/tokens', { params: { path } }))}
          onDone={({ data }) => revoked(`${data?.revoked ?? 0} tokens revoked`)}
          onClose={close}
        >
          <p>The device is disconnected within two seconds and needs a new token to reconnect.</p>
        </ConfirmDialog>
      )}
    </>
  )
}
