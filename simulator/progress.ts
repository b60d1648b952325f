export interface Progress {
  /** Shows the progress (0 to 1) and a few words; draws at most once in `EVERY_MS`. */
  show(done: number, words: string): void
  /** Removes the bar. */
  end(): void
}

const EVERY_MS = 200
const WIDTH = 24

export interface Terminal {
  write(text: string): unknown
  /** The present width; read each time, because a terminal may be resized. */
  columns(): number
}

/** A bar on one line of a terminal, cut to its width. Without a terminal nothing is shown. */
export function createProgress(
  terminal: Terminal | undefined,
  now: () => number = performance.now.bind(performance),
): Progress {
  let lastMs = -Infinity
  let drawn = false
  return {
    show(done, words) {
      if (!terminal || now() - lastMs < EVERY_MS) return
      lastMs = now()
      drawn = true
      // A full last column would make some terminals wrap the line, and \r would then only return to the start of the second
      // line.
      const line = `${bar(done)} ${words}`.slice(0, Math.max(0, terminal.columns() - 1))
      terminal.write(`\r${line}\u001b[K`)
    },
    end() {
      if (drawn) terminal?.write('\r\u001b[K')
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
