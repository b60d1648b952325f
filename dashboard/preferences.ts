import type { Signal } from '@preact/signals'

/** Preferences that the browser stores. */
export interface Preferences {
  theme: Signal<'auto' | 'light' | 'dark'>
  units: Signal<'metric' | 'imperial'>
  /** BCP 47; `undefined` for the browser's locale */
  locale: Signal<string | undefined>
}
