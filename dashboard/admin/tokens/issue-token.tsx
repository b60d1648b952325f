import { useEffect, useRef, useState } from 'preact/hooks'
import type { Schemas } from '../../../client/client.ts'
import { useApp } from '../../app-context.ts'
import { formatDateTime } from '../../format/format-time.ts'
import { Button } from '../../ui/button.tsx'
import { Dialog } from '../../ui/dialog.tsx'
import { Field } from '../../ui/field.tsx'
import { Loading } from '../../ui/loading.tsx'
import { AdminForm } from '../forms/admin-form.tsx'
import { answerOf } from '../forms/answer.ts'
import { CopyText } from './copy-text.tsx'
import { readProblem } from '../forms/problem-fields.ts'
import { publishCommand } from './publish-command.ts'
import { QrCode } from './qr-code.tsx'
import { useMqttAddress, type MqttAddress } from './use-mqtt-address.ts'
import { useSubmit } from '../forms/use-submit.ts'
import './issue-token.css'

type Token = Schemas['DeviceToken']

export interface IssueTokenProps {
  device: string
  /** the device's vehicle, if it has one */
  vehicle: string | null
  onIssued: () => void
  onClose: () => void
}

/** Issues a token and shows it, once. */
export function IssueToken({ device, vehicle, onIssued, onClose }: IssueTokenProps) {
  const [token, setToken] = useState<Token>()
  const address = useMqttAddress()
  return (
    <Dialog title={token ? `Token of ${device}` : `New token for ${device}`} onClose={onClose}>
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
        submit.save(() => answerOf(api.POST('/api/devices/{key}/tokens', { params, body })), onDone)
      }
      onCancel={onClose}
    >
      {vehicle === null && <p>{device} has no vehicle. Assign it to a vehicle before it can connect.</p>}
      <Field
        label="Lifetime, days"
        hint="Leave empty for the server's default (one year unless configured otherwise)."
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
  const first = useRef<HTMLParagraphElement>(null)
  // The focused button is gone.
  useEffect(() => first.current?.focus(), [])
  return (
    <div class="issue-token">
      <p role="status" tabIndex={-1} ref={first}>
        <strong>This token cannot be shown again.</strong> It is the password of the MQTT connection, valid
        until {expires}.
      </p>
      <CopyText label="Token" text={token.token} />
      <div class="issue-token__qr">
        <QrCode label="Token as a QR code" text={token.token} />
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
        <Loading label="Loading the broker's address" />
      )}
      <div class="issue-token__buttons">
        <Button kind="primary" onClick={onClose}>
          I have saved it
        </Button>
      </div>
    </div>
  )
}

function FirstReading({ token, vehicle, address }: { token: Token; vehicle: string; address: MqttAddress }) {
  const command = publishCommand({ ...address, device: token.device, vehicle, token: token.token })
  return (
    <>
      <CopyText label="Command for a first reading" text={command} />
      <p class="admin-form__note">
        When the command returns, the reading is stored. Other users of that machine can see the token while
        it runs.
        {address.isGuess &&
          ' The port is the default. If the command cannot connect, ask the operator for the port.'}
      </p>
    </>
  )
}
