import type { Schemas } from '../../../client/client.ts'
import { useApp } from '../../app-context.ts'
import { formatDateTime } from '../../format/format-time.ts'
import type { Column } from '../lists/admin-table.tsx'
import { tokenState } from './token-state.ts'

export type Token = Schemas['KnownDeviceToken']

const WORDS = { valid: 'Valid', expired: 'Expired', revoked: 'Revoked' } as const

export const stateOf = (token: Token) => tokenState(token, Date.now())
/** The beginning of a token's id, enough to tell the tokens of a device apart. */
export const shortId = ({ jti }: Token) => jti.slice(0, 8)

/** The columns of the list of a device's tokens. */
export function useTokenColumns(): Column<Token>[] {
  const { preferences } = useApp()
  const time = (text: string) => formatDateTime(Date.parse(text), preferences.locale.value)
  return [
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
    { title: 'Id', cell: (token) => <code>{shortId(token)}</code> },
  ]
}
