import { useState } from 'preact/hooks'
import type { Schemas } from '../../../client/client.ts'
import { useApp } from '../../app-context.ts'
import { Field } from '../../ui/field.tsx'
import { AdminForm } from '../forms/admin-form.tsx'
import { GroupOptions } from '../forms/group-options.tsx'
import { KeyField } from '../forms/key-field.tsx'
import { KEY_INPUT_PATTERN } from '../forms/key-pattern.ts'
import { readProblem } from '../forms/problem-fields.ts'
import { ReloadButton } from '../forms/reload-button.tsx'
import { useDraft, type DraftField } from '../forms/use-draft.ts'
import { useSubmit } from '../forms/use-submit.ts'
import { createVehicle, updateVehicle } from './save-vehicle.ts'
import { draftOf, fieldsOf, NEW_VEHICLE, type VehicleDraft } from './vehicle-draft.ts'

type Vehicle = Schemas['Vehicle']

export interface VehicleFormProps {
  /** `undefined` for a new vehicle */
  vehicle: Vehicle | undefined
  etag?: string | undefined
  /** Reads the vehicle again after somebody else has changed it. */
  reload?: () => void
  onDone: (vehicle: Vehicle) => void
  onClose: () => void
}

const NAMES = ['key', 'name', 'plate', 'vin', 'group', 'tags', 'attributes'] as const

/** Creates a vehicle, or changes one. */
export function VehicleForm({ vehicle, etag, reload, onDone, onClose }: VehicleFormProps) {
  const { api } = useApp()
  const submit = useSubmit()
  const { draft, field } = useDraft<VehicleDraft>(() => (vehicle ? draftOf(vehicle) : NEW_VEHICLE))
  const [fault, setFault] = useState<string>()
  const { fields: errors, rest } = readProblem(submit.problem, NAMES)

  function onSubmit(): void {
    const read = fieldsOf(draft)
    setFault('fault' in read ? read.fault : undefined)
    if ('fault' in read) return
    const { fields } = read
    submit.save(
      () =>
        vehicle === undefined
          ? createVehicle(api, draft.key.trim(), fields)
          : updateVehicle(api, vehicle, etag, fields),
      onDone,
    )
  }

  return (
    <AdminForm
      action={vehicle ? 'Save' : 'Create'}
      isBusy={submit.isBusy}
      error={rest}
      onSubmit={onSubmit}
      onCancel={onClose}
    >
      {vehicle === undefined && <KeyField input={field('key')} error={errors.key} />}
      <VehicleInputs field={field} errors={{ ...errors, attributes: fault ?? errors.attributes }} />
      <ReloadButton problem={submit.problem} reload={reload} />
    </AdminForm>
  )
}

interface VehicleInputsProps {
  field: DraftField<VehicleDraft>
  errors: { [K in keyof VehicleDraft]?: string | undefined }
}

/** Everything but the key, which never changes. */
function VehicleInputs({ field, errors }: VehicleInputsProps) {
  return (
    <>
      <Field label="Name" error={errors.name}>
        <input {...field('name')} maxLength={200} autocomplete="off" />
      </Field>
      <div class="admin-form__row">
        <Field label="Plate" error={errors.plate}>
          <input {...field('plate')} maxLength={64} autocomplete="off" />
        </Field>
        <Field label="VIN" error={errors.vin}>
          <input {...field('vin')} maxLength={17} autocomplete="off" spellcheck={false} />
        </Field>
      </div>
      <Field
        label="Group"
        hint="Letters, digits, _ and -. Users can be granted a whole group. A new group belongs to the user who enters it first."
        error={errors.group}
      >
        <input
          {...field('group')}
          list="vehicle-form-groups"
          pattern={KEY_INPUT_PATTERN}
          autocomplete="off"
        />
      </Field>
      <GroupOptions id="vehicle-form-groups" />
      <Field label="Tags" hint="Separate tags by commas." error={errors.tags}>
        <input {...field('tags')} autocomplete="off" />
      </Field>
      <Field label="Attributes" hint="One per line, such as seats: 50." error={errors.attributes}>
        <textarea {...field('attributes')} rows={3} spellcheck={false} />
      </Field>
    </>
  )
}
