import { useState } from 'preact/hooks'
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
import { draftOf, fieldsOf, NEW_VEHICLE, type VehicleDraft, type VehicleFields } from './vehicle-draft.ts'

type Vehicle = Schemas['Vehicle']

export interface VehicleFormProps {
  /** undefined: a new one */
  vehicle: Vehicle | undefined
  etag?: string | undefined
  /** Reads it again after somebody else has changed it. */
  reload?: () => void
  onDone: (vehicle: Vehicle) => void
  onClose: () => void
}

const NAMES = ['key', 'name', 'plate', 'vin', 'group', 'tags', 'attributes'] as const

export function VehicleForm({ vehicle, etag, reload, onDone, onClose }: VehicleFormProps) {
  const { api, filter } = useApp()
  const submit = useSubmit()
  const { draft, field } = useDraft<VehicleDraft>(() => (vehicle ? draftOf(vehicle) : NEW_VEHICLE))
  const [fault, setFault] = useState<string>()
  const { fields: errors, rest } = readProblem(submit.problem, NAMES)

  async function send(fields: VehicleFields): Promise<Answer<Vehicle>> {
    if (vehicle === undefined) {
      const { group, ...others } = fields
      const body = { key: draft.key.trim(), ...others, ...(group !== null && { group }) }
      // One is answered with one.
      return (await answerOf(api.POST('/api/vehicles', { body }))) as Answer<Vehicle>
    }
    const body = patchBetween<object>(vehicleFields(vehicle), fields)
    if (body === undefined) return { data: vehicle }
    const params = { path: { key: vehicle.key }, header: etag === undefined ? {} : { 'If-Match': etag } }
    return answerOf(api.PATCH('/api/vehicles/{key}', { params, body }))
  }

  function onSubmit(): void {
    const read = fieldsOf(draft)
    setFault('fault' in read ? read.fault : undefined)
    if ('fields' in read)
      submit.run(
        () => send(read.fields),
        ({ data }) => data && onDone(data),
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
      {vehicle === undefined && (
        <Field label="Key" hint={KEY_HINT} error={errors.key}>
          <input
            {...field('key')}
            required
            pattern={KEY_INPUT_PATTERN}
            autocomplete="off"
            spellcheck={false}
          />
        </Field>
      )}
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
        hint="Letters, digits, _ and -. Users can be granted a whole group. A new group belongs to the user that enters it first."
        error={errors.group}
      >
        <input
          {...field('group')}
          list="vehicle-form-groups"
          pattern={KEY_INPUT_PATTERN}
          autocomplete="off"
        />
      </Field>
      <datalist id="vehicle-form-groups">
        {filter.groups.value.map((group) => (
          <option key={group} value={group} />
        ))}
      </datalist>
      <Field label="Tags" hint="Separate by commas." error={errors.tags}>
        <input {...field('tags')} autocomplete="off" />
      </Field>
      <Field label="Attributes" hint="One per line, such as seats: 50" error={fault ?? errors.attributes}>
        <textarea {...field('attributes')} rows={3} spellcheck={false} />
      </Field>
      {submit.problem?.code === 'precondition_failed' && reload && (
        <Button onClick={reload}>Load the current version</Button>
      )}
    </AdminForm>
  )
}

function vehicleFields({ name, plate, vin, group, tags, attributes }: Vehicle) {
  return { name, plate, vin, group, tags, attributes }
}
