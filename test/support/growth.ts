import fc from 'fast-check'

/**
 * Shorter times are meaningless: a collection of garbage, a compiler or another process take as long. Quadratic parsing
 * takes more.
 */
const FLOOR_MS = 20
/** Growth for four times the text. 16 is quadratic; a collection of garbage may double a linear time. */
const GROWTH_MAX = 8
const TRIES = 5

/** A text that is repeated between two others, a form that makes regular expressions backtrack. */
export interface Pumped {
  before: string
  pump: string
  after: string
}

/** Texts of pieces that a parser looks for, and of any characters. */
export function pumped(pieces: readonly string[]): fc.Arbitrary<Pumped> {
  const piece = fc.oneof({ weight: 4, arbitrary: fc.constantFrom(...pieces) }, fc.string({ maxLength: 2 }))
  const some = (minLength: number, maxLength: number) =>
    fc.array(piece, { minLength, maxLength }).map((it) => it.join(''))
  return fc
    .record({ before: some(0, 3), pump: some(1, 2), after: some(0, 2) })
    .filter(({ pump }) => pump !== '')
}

export function write({ before, pump, after }: Pumped, length: number): string {
  return before + pump.repeat(Math.ceil(length / pump.length)) + after
}

/** Processor time in ms, not wall time: other processes may run at the same time. */
export function cpuMs(since?: NodeJS.CpuUsage): number {
  const { user, system } = process.cpuUsage(since)
  return (user + system) / 1000
}

/** In milliseconds, without the time of other processes and of threads that collect garbage. */
function timeOf(run: (text: string) => unknown, text: string): number {
  const cpu = process.cpuUsage()
  const startMs = performance.now()
  run(text)
  return Math.min(performance.now() - startMs, cpuMs(cpu))
}

/**
 * The reason why parsing a text takes more than time in proportion to its length, or `undefined`. Texts become four
 * times as long, up to `lengthMax`, so that cubic parsing is found while it still takes milliseconds. One step that
 * takes too long is not enough: collections of garbage begin at some length. Only quadratic parsing also took too long
 * for the step before.
 */
export function superlinear(
  run: (text: string) => unknown,
  it: Pumped,
  lengthMax: number,
): string | undefined {
  let beforeMs = Infinity
  for (let length = 64; length <= lengthMax; length *= 4) {
    const ms = timeOf(run, write(it, length))
    if (isTooMuch(ms, beforeMs)) {
      const [shortest, shorter, longer] = timesInTurn(
        run,
        [length / 16, length / 4, length].map((n) => write(it, n)),
      )
      if (isTooMuch(longer, shorter) && longer > GROWTH_MAX ** 2 * shortest)
        return `${length} characters take ${longer} ms, and a quarter of them ${shorter} ms`
    }
    beforeMs = ms
  }
  return undefined
}

/**
 * The median of the shorter texts and the minimum of the longest: a collection of garbage may repeatedly occur in the
 * longest. In turn, so that all use the same compiled code.
 */
function timesInTurn(run: (text: string) => unknown, texts: string[]): [number, number, number] {
  const times = texts.map((): number[] => [])
  for (let n = 0; n < TRIES; n++) texts.forEach((text, index) => times[index]?.push(timeOf(run, text)))
  const [shortest = [], shorter = [], longest = []] = times.map((it) => it.toSorted((a, b) => a - b))
  const middle = Math.floor(TRIES / 2)
  return [shortest[middle] ?? NaN, shorter[middle] ?? NaN, longest[0] ?? NaN]
}

function isTooMuch(ms: number, beforeMs: number): boolean {
  return ms > FLOOR_MS && ms > GROWTH_MAX * Math.max(beforeMs, FLOOR_MS / 16)
}
