import type { Client } from '../../../client/client.ts'
import { useApp } from '../../app-context.ts'
import { answerOf, type Answer } from '../forms/answer.ts'
import { ConfirmDialog } from '../forms/confirm-dialog.tsx'
import type { Dialogs } from '../lists/use-dialogs.ts'
import { IssueToken } from './issue-token.tsx'

export type TokenDialog = { what: 'issue' } | { what: 'revoke'; jtis: string[] } | { what: 'revoke-all' }

export interface TokenDialogsProps {
  dialogs: Dialogs<TokenDialog>
  device: string
  /** the device's vehicle, if it has one */
  vehicle: string | null
  onIssued: () => void
}

/** The open dialog of a device's tokens. */
export function TokenDialogs({ dialogs, device, vehicle, onIssued }: TokenDialogsProps) {
  const { open, close, onDone } = dialogs
  switch (open?.what) {
    case 'issue':
      return <IssueToken device={device} vehicle={vehicle} onIssued={onIssued} onClose={close} />
    case 'revoke':
      return <RevokeTokens device={device} jtis={open.jtis} onDone={onDone} onClose={close} />
    case 'revoke-all':
      return <RevokeAll device={device} onDone={onDone} onClose={close} />
    case undefined:
      return null
  }
}

interface RevokeProps {
  device: string
  onDone: (message: string) => void
  onClose: () => void
}

function RevokeTokens({ device, jtis, onDone, onClose }: RevokeProps & { jtis: readonly string[] }) {
  const { api } = useApp()
  return (
    <ConfirmDialog
      title={jtis.length === 1 ? 'Revoke a token' : `Revoke ${jtis.length} tokens`}
      action="Revoke"
      run={() => revokeTokens(api, device, jtis)}
      onDone={() => onDone(jtis.length === 1 ? 'Token revoked' : `${jtis.length} tokens revoked`)}
      onClose={onClose}
    >
      <p>
        A device that is connected with {jtis.length === 1 ? 'this token' : 'one of these tokens'} is
        disconnected within two seconds. This cannot be undone.
      </p>
    </ConfirmDialog>
  )
}

/** Revokes one token after the other. If one fails, those before it stay revoked. */
async function revokeTokens(api: Client, device: string, jtis: readonly string[]): Promise<Answer<unknown>> {
  for (const jti of jtis) {
    const params = { path: { key: device, jti } }
    const answer = await answerOf(api.DELETE('/api/devices/{key}/tokens/{jti}', { params }))
    if (answer.problem) return answer
  }
  return {}
}

function RevokeAll({ device, onDone, onClose }: RevokeProps) {
  const { api } = useApp()
  const params = { path: { key: device } }
  return (
    <ConfirmDialog
      title={`Revoke all tokens of ${device}`}
      action="Revoke all"
      run={() => answerOf(api.DELETE('/api/devices/{key}/tokens', { params }))}
      onDone={({ data }) => onDone(`${data?.revoked ?? 0} tokens revoked`)}
      onClose={onClose}
    >
      <p>The device is disconnected within two seconds and needs a new token to reconnect.</p>
    </ConfirmDialog>
  )
}
