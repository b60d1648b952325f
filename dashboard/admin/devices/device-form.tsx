import { useRef } from 'preact/hooks'
import type { Schemas } from '../../../client/client.ts'
import { useApp } from '../../app-context.ts'
import { Button } from '../../ui/button.tsx'
import { Field } from '../../ui/field.tsx'
import { AdminForm } from '../forms/admin-form.tsx'
import { answerOf, type Answer } from '../forms/answer.ts'
import { KEY_HINT, KEY_INPUT_PATTERN } from '../forms/key-pattern.ts'
import { patchBetween } from '../forms/patch-between.ts'
import { readProblem } from '../forms/problem-fields.ts'
import { useDraft } from '../forms/use-draft.ts'
import { useSubmit } from '../forms/use-submit.ts'
import { VehicleOptions } from '../forms/vehicle-options.tsx'

type Device = Schemas['Device']

export interface DeviceFormProps {
  /** undefined: a new one */
  device: Device | undefined
  etag?: string | undefined
  reload?: () => void
  /** where a new one is */
  vehicle?: string | undefined
  onDone: (device: Device) => void
  onClose: () => void
}

const NAMES = ['key', 'name', 'serial', 'firmware', 'vehicle', 'public_key'] as const
type Draft = Record<(typeof NAMES)[number], string>

export function DeviceForm({ device, etag, reload, vehicle = '', onDone, onClose }: DeviceFormProps) {
  const { api } = useApp()
  const submit = useSubmit()
  const base = useRef({ device, etag })
  const edit = useDraft<Draft>(() => (device ? draftOf(device) : { ...NEW_DEVICE, vehicle }))
  const { draft } = edit
  const { fields: errors, rest } = readProblem(submit.problem, NAMES)
  const field = (name: keyof Draft) => ({ ...edit.field(name), autocomplete: 'off' })

  async function send(): Promise<Answer<Device>> {
    const { key, vehicle: inVehicle, public_key: pem, ...others } = trimmed(draft)
    if (device === undefined) {
      const body = {
        key,
        ...others,
        ...(inVehicle !== '' && { vehicle: inVehicle }),
        ...(pem !== '' && { public_key: pem }),
      }
      // One is answered with one.
      return (await answerOf(api.POST('/api/devices', { body }))) as Answer<Device>
    }
    const path = { key: device.key }
    const { name, serial, firmware, vehicle } = base.current.device ?? device
    const after = { ...others, vehicle: inVehicle === '' ? null : inVehicle }
    const patch = patchBetween<object>({ name, serial, firmware, vehicle }, after)
    if (patch !== undefined) {
      const header = base.current.etag === undefined ? {} : { 'If-Match': base.current.etag }
      const answer = await answerOf(
        api.PATCH('/api/devices/{key}', { params: { path, header }, body: patch }),
      )
      if (answer.problem) return answer
      // Should the key be refused below, this much is changed already.
      base.current = { device: answer.data, etag: answer.etag }
    }
    if (pem === (device.public_key ?? '').trim()) return { data: device }
    if (pem !== '') {
      return answerOf(
        api.PUT('/api/devices/{key}/public-key', { params: { path }, body: { public_key: pem } }),
      )
    }
    const { problem } = await answerOf(api.DELETE('/api/devices/{key}/public-key', { params: { path } }))
    return { data: device, problem }
  }

  return (
    <AdminForm
      action={device ? 'Save' : 'Create'}
      isBusy={submit.isBusy}
      error={rest}
      onSubmit={() => submit.run(send, ({ data }) => data && onDone(data))}
      onCancel={onClose}
    >
      {device === undefined && (
        <Field label="Key" hint={`Used as the MQTT client id. ${KEY_HINT}`} error={errors.key}>
          <input {...field('key')} required pattern={KEY_INPUT_PATTERN} spellcheck={false} />
        </Field>
      )}
      <Field label="Vehicle" hint="A device without a vehicle cannot connect." error={errors.vehicle}>
        <input
          {...field('vehicle')}
          list="device-form-vehicles"
          pattern={KEY_INPUT_PATTERN}
          spellcheck={false}
        />
      </Field>
      <VehicleOptions id="device-form-vehicles" text={draft.vehicle} />
      <Field label="Name" error={errors.name}>
        <input {...field('name')} maxLength={200} />
      </Field>
      <div class="admin-form__row">
        <Field label="Serial number" error={errors.serial}>
          <input {...field('serial')} maxLength={64} />
        </Field>
        <Field label="Firmware" error={errors.firmware}>
          <input {...field('firmware')} maxLength={64} />
        </Field>
      </div>
      <Field
        label="Public key"
        hint="Only for a device that signs its own tokens: PEM, EC P-256 or RSA. Other devices use an issued token."
        error={errors.public_key}
      >
        <textarea
          {...field('public_key')}
          rows={4}
          spellcheck={false}
          placeholder="-----BEGIN PUBLIC KEY-----"
        />
      </Field>
      {submit.problem?.code === 'precondition_failed' && reload && (
        <Button onClick={reload}>Load the current version</Button>
      )}
    </AdminForm>
  )
}

const NEW_DEVICE: Draft = { key: '', name: '', serial: '', firmware: '', vehicle: '', public_key: '' }

function draftOf({ key, name, serial, firmware, vehicle, public_key }: Device): Draft {
  return { key, name, serial, firmware, vehicle: vehicle ?? '', public_key: public_key ?? '' }
}

function trimmed(draft: Draft): Draft {
  return Object.fromEntries(Object.entries(draft).map(([name, value]) => [name, value.trim()])) as Draft
}
