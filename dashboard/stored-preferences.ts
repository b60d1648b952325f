import { effect, signal } from '@preact/signals'
import type { Preferences } from './preferences.ts'

const KEY = 'fleetwire.preferences'

/** Reads the preferences from `storage` and writes each change. If the browser refuses, they last for a visit. */
export function openPreferences(storage: () => Storage): Preferences {
  const stored = read(storage)
  const preferences: Preferences = {
    theme: signal(oneOf(['auto', 'light', 'dark'], stored['theme'])),
    units: signal(oneOf(['metric', 'imperial'], stored['units'])),
    locale: signal(localeOf(stored['locale'])),
  }
  effect(() => {
    const { theme, units, locale } = preferences
    const text = JSON.stringify({ theme: theme.value, units: units.value, locale: locale.value })
    try {
      storage().setItem(KEY, text)
    } catch {
      // The storage is full, or cookies are blocked.
    }
  })
  return preferences
}

function read(storage: () => Storage): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(storage().getItem(KEY) ?? '{}')
    return typeof value === 'object' && value !== null ? { ...value } : {}
  } catch {
    return {}
  }
}

/** The first value is the default. */
function oneOf<const T extends string>(values: readonly [T, ...T[]], value: unknown): T {
  return values.find((it) => it === value) ?? values[0]
}

function localeOf(value: unknown): string | undefined {
  try {
    return typeof value === 'string' ? Intl.getCanonicalLocales(value)[0] : undefined
  } catch {
    return undefined
  }
}
