import type { Signal } from '@preact/signals'
import { useApp } from '../app-context.ts'
import { formatDistance } from '../format/format-distance.ts'
import { formatSpeed } from '../format/format-speed.ts'
import { formatDateTime } from '../format/format-time.ts'
import { Field } from '../ui/field.tsx'

/** The most common locales. A stored locale that is not among them is offered as well. */
const LOCALES = ['en-GB', 'en-US', 'de-DE', 'es-ES', 'fr-FR', 'it-IT', 'nl-NL', 'pl-PL', 'pt-BR', 'sv-SE']

export function DisplaySettings() {
  const { theme, units, locale } = useApp().preferences
  const chosen = locale.value
  const locales = chosen === undefined || LOCALES.includes(chosen) ? LOCALES : [chosen, ...LOCALES]
  const names = new Intl.DisplayNames('en', { type: 'language' })
  const example = [
    formatDateTime(Date.now(), chosen),
    formatSpeed(88, units.value, chosen),
    formatDistance(1_234_500, units.value, chosen),
  ]
  return (
    <div class="settings-view__form">
      <Choice
        label="Theme"
        name="theme"
        value={theme}
        options={{ auto: 'System default', light: 'Light', dark: 'Dark' }}
      />
      <Choice
        label="Units"
        name="units"
        value={units}
        options={{ metric: 'km, km/h', imperial: 'mi, mph' }}
      />
      <Field label="Dates and numbers" hint={example.join(' · ')}>
        <select
          value={chosen ?? ''}
          onChange={({ currentTarget }) => (locale.value = currentTarget.value || undefined)}
        >
          <option value="">Browser default ({navigator.language})</option>
          {locales.map((it) => (
            <option key={it} value={it}>
              {names.of(it)}
            </option>
          ))}
        </select>
      </Field>
    </div>
  )
}

interface ChoiceProps<T extends string> {
  label: string
  name: string
  value: Signal<T>
  options: Record<T, string>
}

function Choice<T extends string>({ label, name, value, options }: ChoiceProps<T>) {
  return (
    <fieldset class="settings-view__choice">
      <legend>{label}</legend>
      <div class="settings-view__options">
        {(Object.keys(options) as T[]).map((it) => (
          <label key={it} class="settings-view__option">
            <input
              type="radio"
              name={name}
              checked={value.value === it}
              onChange={() => (value.value = it)}
            />
            {options[it]}
          </label>
        ))}
      </div>
    </fieldset>
  )
}
