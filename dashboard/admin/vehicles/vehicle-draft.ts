import type { Schemas } from '../../../client/client.ts'
import { formatAttributes, parseAttributes } from './attributes-text.ts'

/** The OpenAPI document does not type the attributes' values. */
type Vehicle = Omit<Schemas['Vehicle'], 'attributes'> & { attributes: Record<string, unknown> }

/** A vehicle as it is in a form. */
export interface VehicleDraft {
  key: string
  name: string
  plate: string
  vin: string
  group: string
  /** separated by commas */
  tags: string
  /** one per line, see attributes-text.ts */
  attributes: string
}

export const NEW_VEHICLE: VehicleDraft = {
  key: '',
  name: '',
  plate: '',
  vin: '',
  group: '',
  tags: '',
  attributes: '',
}

export function draftOf({ key, name, plate, vin, group, tags, attributes }: Vehicle): VehicleDraft {
  return {
    key,
    name,
    plate,
    vin,
    group: group ?? '',
    tags: tags.join(', '),
    attributes: formatAttributes(attributes),
  }
}

export interface VehicleFields {
  name: string
  plate: string
  vin: string
  group: string | null
  tags: string[]
  attributes: Record<string, string | number | boolean>
}

/** The draft as the API's fields; `fault` names the invalid line of the attributes. */
export function fieldsOf(draft: VehicleDraft): { fields: VehicleFields } | { fault: string } {
  const parsed = parseAttributes(draft.attributes)
  if ('fault' in parsed) return parsed
  const tags = draft.tags
    .split(',')
    .map((tag) => tag.trim())
    .filter((tag) => tag !== '')
  const group = draft.group.trim()
  const fields = {
    name: draft.name.trim(),
    plate: draft.plate.trim(),
    vin: draft.vin.trim().toUpperCase(),
    group: group === '' ? null : group,
    tags: [...new Set(tags)],
    attributes: parsed.attributes,
  }
  return { fields }
}
