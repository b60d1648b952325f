import { signal, type ReadonlySignal } from '@preact/signals'

export interface Notice {
  id: number
  text: string
  kind: 'info' | 'error'
}

export interface Notices {
  shown: ReadonlySignal<readonly Notice[]>
  notify: (text: string, kind?: Notice['kind']) => void
  dismiss: (id: number) => void
}

/** Notices shown; beyond, the oldest is removed. */
const NOTICES_MAX = 4
const SHOWN_MS = { info: 5000, error: 12_000 }

export function createNotices(): Notices {
  const shown = signal<readonly Notice[]>([])
  let ids = 0
  const dismiss = (id: number) => {
    shown.value = shown.value.filter((it) => it.id !== id)
  }
  return {
    shown,
    notify(text, kind = 'info') {
      const id = ++ids
      // A repeated notice is shown once, for longer.
      const others = shown.value.filter((it) => it.text !== text)
      shown.value = [...others, { id, text, kind }].slice(-NOTICES_MAX)
      setTimeout(() => dismiss(id), SHOWN_MS[kind])
    },
    dismiss,
  }
}
