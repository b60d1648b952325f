import { useRef } from 'preact/hooks'
import type { Schemas } from '../../../client/client.ts'
import { useApp } from '../../app-context.ts'
import { Field } from '../../ui/field.tsx'
import { AdminForm } from '../forms/admin-form.tsx'
import { KeyField } from '../forms/key-field.tsx'
import { KEY_INPUT_PATTERN } from '../forms/key-pattern.ts'
import { readProblem } from '../forms/problem-fields.ts'
import { ReloadButton } from '../forms/reload-button.tsx'
import { useDraft, type DraftField } from '../forms/use-draft.ts'
import { useSubmit } from '../forms/use-submit.ts'
import { VehicleOptions } from '../forms/vehicle-options.tsx'
import { DEVICE_FIELDS, draftOf, newDevice, type DeviceDraft } from './device-draft.ts'
import { createDevice, updateDevice, type DeviceVersion } from './save-device.ts'

type Device = Schemas['Device']

export interface DeviceFormProps {
  /** `undefined` for a new device */
  device: Device | undefined
  etag?: string | undefined
  /** Reads the device again after somebody else has changed it. */
  reload?: () => void
  /** the vehicle that is filled in for a new device */
  vehicle?: string | undefined
  onDone: (device: Device) => void
  onClose: () => void
}

/** Creates a device, or changes one. */
export function DeviceForm({ device, etag, reload, vehicle = '', onDone, onClose }: DeviceFormProps) {
  const { api } = useApp()
  const submit = useSubmit()
  const version = useRef<DeviceVersion | undefined>(device && { device, etag })
  const { draft, field } = useDraft<DeviceDraft>(() => (device ? draftOf(device) : newDevice(vehicle)))
  const { fields: errors, rest } = readProblem(submit.problem, DEVICE_FIELDS)

  const send = () =>
    version.current === undefined
      ? createDevice(api, draft)
      : updateDevice(api, version.current, draft, (it) => (version.current = it))

  return (
    <AdminForm
      action={device ? 'Save' : 'Create'}
      isBusy={submit.isBusy}
      error={rest}
      onSubmit={() => submit.save(send, onDone)}
      onCancel={onClose}
    >
      {device === undefined && (
        <KeyField input={field('key')} hint="Used as the MQTT client id." error={errors.key} />
      )}
      <DeviceInputs vehicle={draft.vehicle} field={field} errors={errors} />
      <ReloadButton problem={submit.problem} reload={reload} />
    </AdminForm>
  )
}

interface DeviceInputsProps {
  /** the text of the vehicle's input */
  vehicle: string
  field: DraftField<DeviceDraft>
  errors: { [K in keyof DeviceDraft]?: string | undefined }
}

/** Everything but the key, which never changes. */
function DeviceInputs({ vehicle, field, errors }: DeviceInputsProps) {
  const text = (name: keyof DeviceDraft) => ({ ...field(name), autocomplete: 'off' })
  return (
    <>
      <Field label="Vehicle" hint="A device without a vehicle cannot connect." error={errors.vehicle}>
        <input
          {...text('vehicle')}
          list="device-form-vehicles"
          pattern={KEY_INPUT_PATTERN}
          spellcheck={false}
        />
      </Field>
      <VehicleOptions id="device-form-vehicles" text={vehicle} />
      <Field label="Name" error={errors.name}>
        <input {...text('name')} maxLength={200} />
      </Field>
      <div class="admin-form__row">
        <Field label="Serial number" error={errors.serial}>
          <input {...text('serial')} maxLength={64} />
        </Field>
        <Field label="Firmware" error={errors.firmware}>
          <input {...text('firmware')} maxLength={64} />
        </Field>
      </div>
      <Field
        label="Public key"
        hint="Only for a device that signs its own tokens: PEM, EC P-256 or RSA. Other devices use an issued token."
        error={errors.public_key}
      >
        <textarea
          {...text('public_key')}
          rows={4}
          spellcheck={false}
          placeholder="-----BEGIN PUBLIC KEY-----"
        />
      </Field>
    </>
  )
}
