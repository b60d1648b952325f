import { labelOf, type ChartField } from './shown-field.ts'

export interface FieldChipsProps {
  fields: readonly ChartField[]
  chosen: readonly ChartField[]
  onChange: (fields: ChartField[]) => void
}

/** Chooses the fields with a chart. */
export function FieldChips({ fields, chosen, onChange }: FieldChipsProps) {
  return (
    <div class="vehicle-panel__chips" role="group" aria-label="Fields shown">
      {fields.map((field) => {
        const isChosen = chosen.includes(field)
        return (
          <button
            key={field}
            type="button"
            class="vehicle-panel__chip"
            aria-pressed={isChosen}
            onClick={() => onChange(isChosen ? chosen.filter((it) => it !== field) : [...chosen, field])}
          >
            {labelOf(field)}
          </button>
        )
      })}
    </div>
  )
}
