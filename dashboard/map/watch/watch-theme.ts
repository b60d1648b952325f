import { effect } from '@preact/signals'
import type { Preferences } from '../../preferences.ts'

export interface WatchedTheme {
  isDark(): boolean
  /** Reports each change once the page has its new colours. Returns a function that stops this. */
  watch(onChange: (isDark: boolean) => void): () => void
}

/** Whether the page is dark: as the user chose, or as the system is. */
export function watchTheme(theme: Preferences['theme']): WatchedTheme {
  const system = matchMedia('(prefers-color-scheme: dark)')
  const isDark = () => theme.peek() === 'dark' || (theme.peek() === 'auto' && system.matches)
  return {
    isDark,
    watch(onChange) {
      let frame = 0
      let before = isDark()
      const soon = () => {
        cancelAnimationFrame(frame)
        frame = requestAnimationFrame(() => {
          if (isDark() === before) return
          before = isDark()
          onChange(before)
        })
      }
      const stop = effect(() => {
        void theme.value
        soon()
      })
      system.addEventListener('change', soon)
      return () => {
        cancelAnimationFrame(frame)
        stop()
        system.removeEventListener('change', soon)
      }
    },
  }
}
