import type { Signal } from '@preact/signals'

/** Kept by the browser, for this person on this machine. */
export interface Preferences {
  theme: Signal<'auto' | 'light' | 'dark'>
  units: Signal<'metric' | 'imperial'>
  /** BCP 47; undefined: the browser's */
  locale: Signal<string | undefined>
}
