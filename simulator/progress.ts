export interface Progress {
  /** Shows how far it is (0..1) and a few words; draws at most every `EVERY_MS`. */
  show(done: number, words: string): void
  /** Takes the bar away. */
  end(): void
}

const EVERY_MS = 200
const WIDTH = 24

/** A bar on one line of a terminal. Elsewhere, where `write` is undefined, nothing is shown. */
export function createProgress(
  write: ((text: string) => unknown) | undefined,
  now: () => number = performance.now.bind(performance),
): Progress {
  let lastMs = -Infinity
  let drawn = false
  return {
    show(done, words) {
      if (!write || now() - lastMs < EVERY_MS) return
      lastMs = now()
      drawn = true
      write(`\r${bar(done)} ${words}\u001b[K`)
    },
    end() {
      if (drawn) write?.('\r\u001b[K')
      drawn = false
    },
  }
}

/** `[#####-----]  50 %` */
export function bar(done: number): string {
  const share = Math.min(1, Math.max(0, done))
  const full = Math.round(share * WIDTH)
  const percent = String(Math.floor(share * 100)).padStart(3)
  return `[${'#'.repeat(full)}${'-'.repeat(WIDTH - full)}] ${percent} %`
}
