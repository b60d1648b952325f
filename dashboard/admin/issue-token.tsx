import { useState } from 'preact/hooks'
import type { Schemas } from '../../client/client.ts'
import { useApp } from '../app-context.ts'
import { formatDateTime } from '../format/format-time.ts'
import { Button } from '../ui/button.tsx'
import { Dialog } from '../ui/dialog.tsx'
import { Field } from '../ui/field.tsx'
import { Loading } from '../ui/loading.tsx'
import { AdminForm } from './admin-form.tsx'
import { answerOf } from './answer.ts'
import { CopyText } from './copy-text.tsx'
import { readProblem } from './problem-fields.ts'
import { publishCommand } from './publish-command.ts'
import { QrCode } from './qr-code.tsx'
import { useMqttAddress, type MqttAddress } from './use-mqtt-address.ts'
import { useSubmit } from './use-submit.ts'
import './issue-token.css'

type Token = Schemas['DeviceToken']

export interface IssueTokenProps {
  device: string
  /** its vehicle, if it has one */
  vehicle: string | null
  onIssued: () => void
  onClose: () => void
}

/** Issues a token, and shows it: now, and never again. */
export function IssueToken({ device, vehicle, onIssued, onClose }: IssueTokenProps) {
  const [token, setToken] = useState<Token>()
  const address = useMqttAddress()
  return (
    <Dialog title={token ? `The token of ${device}` : `A token for ${device}`} onClose={onClose}>
      {token ? (
        <IssuedToken token={token} vehicle={vehicle} address={address} onClose={onClose} />
      ) : (
        <TokenForm
          device={device}
          vehicle={vehicle}
          onClose={onClose}
          onDone={(it) => {
            setToken(it)
            onIssued()
          }}
        />
      )}
    </Dialog>
  )
}

function TokenForm(props: Omit<IssueTokenProps, 'onIssued'> & { onDone: (token: Token) => void }) {
  const { device, vehicle, onDone, onClose } = props
  const { api } = useApp()
  const submit = useSubmit()
  const [days, setDays] = useState('')
  const { fields: errors, rest } = readProblem(submit.problem, ['lifetime_days'])
  const body = days === '' ? {} : { lifetime_days: Number(days) }
  const params = { path: { key: device } }

  return (
    <AdminForm
      action="Issue the token"
      isBusy={submit.isBusy}
      error={rest}
      onSubmit={() =>
        submit.run(
          () => answerOf(api.POST('/api/devices/{key}/tokens', { params, body })),
          ({ data }) => data && onDone(data),
        )
      }
      onCancel={onClose}
    >
      {vehicle === null && <p>{device} is in no vehicle: it cannot connect until it is in one.</p>}
      <Field
        label="Days until it expires"
        hint="Empty: as long as the server is set to, a year unless it says otherwise."
        error={errors.lifetime_days}
      >
        <input
          type="number"
          min={1}
          max={3650}
          step={1}
          value={days}
          onInput={(event) => setDays(event.currentTarget.value)}
        />
      </Field>
    </AdminForm>
  )
}

interface IssuedTokenProps {
  token: Token
  vehicle: string | null
  address: MqttAddress | undefined
  onClose: () => void
}

function IssuedToken({ token, vehicle, address, onClose }: IssuedTokenProps) {
  const { preferences } = useApp()
  const expires = formatDateTime(Date.parse(token.expires_at), preferences.locale.value)
  const { device } = token
  return (
    <div class="issue-token">
      <p role="status">
        <strong>It is shown only now.</strong> It is the password of the MQTT connection, and good until{' '}
        {expires}.
      </p>
      <CopyText label="The token" text={token.token} />
      <div class="issue-token__qr">
        <QrCode label="The token as a QR code" text={token.token} />
        <dl class="issue-token__facts">
          <dt>Broker</dt>
          <dd>{address ? `${address.host}:${address.port}` : '…'}</dd>
          <dt>Client id</dt>
          <dd>{device}</dd>
          <dt>User name</dt>
          <dd>any</dd>
          <dt>Topic</dt>
          <dd>fleet/{vehicle ?? 'VEHICLE'}/telemetry</dd>
        </dl>
      </div>
      {address ? (
        <FirstReading token={token} vehicle={vehicle ?? 'VEHICLE'} address={address} />
      ) : (
        <Loading label="Asking where the broker is" />
      )}
      <div class="issue-token__buttons">
        <Button kind="primary" onClick={onClose}>
          I have kept it
        </Button>
      </div>
    </div>
  )
}

function FirstReading({ token, vehicle, address }: { token: Token; vehicle: string; address: MqttAddress }) {
  const command = publishCommand({ ...address, device: token.device, vehicle, token: token.token })
  return (
    <>
      <CopyText label="A first reading" text={command} />
      <p class="admin-form__note">
        When it returns, the reading is stored. Others on that machine can see the token while it runs.
        {address.isGuess && ' The port is the usual one; ask who runs the broker if it does not answer.'}
      </p>
    </>
  )
}
