import type { Finding } from './findings.ts'

/** A dead letter as the API returns it, with its payload in base64. */
export interface DeadLetter {
  received_at: string
  code: string
  reading_index: number | null
  payload?: string
}

/** The least and the greatest number of dead letters of one kind. */
export interface ExpectedLetters {
  index: number | null
  code: string
  /** base64 */
  payload: string
  /** each acknowledged message has left one */
  least: number
  /** each sending may have left one: a message that was stored but not acknowledged was sent again */
  most: number
}

/** Compares dead letters with the letters that a vehicle's messages must have left. */
export interface DeadLetterComparison {
  expect(letter: { index: number | null; code: string; payload: string }, acked: boolean, sends: number): void
  /** the least number of letters */
  demanded(): number
  /**
   * Compares with the stored letters. A letter from outside the journal's time may be of another run, so it is never unexpected.
   * It also counts as stored, because the database has a clock of its own.
   */
  compare(
    vehicle: string,
    letters: readonly DeadLetter[],
    span: { fromMs: number; toMs: number },
  ): { findings: Finding[]; counted: number }
}

const TEXT_SHOWN = 200

export function createDeadLetterComparison(): DeadLetterComparison {
  const expected = new Map<string, ExpectedLetters>()

  return {
    expect({ index, code, payload }, acked, sends) {
      const key = keyOf(index, code, payload)
      const entry = expected.get(key) ?? { index, code, payload, least: 0, most: 0 }
      entry.least += acked ? 1 : 0
      entry.most += sends
      expected.set(key, entry)
    },
    demanded: () => [...expected.values()].reduce((sum, it) => sum + it.least, 0),
    compare(vehicle, letters, span) {
      const findings: Finding[] = []
      const found = new Map<string, number>()
      const foundWithin = new Map<string, number>()
      let counted = 0
      for (const letter of letters) {
        const { code, reading_index: index, payload = '' } = letter
        const key = keyOf(index, code, payload)
        found.set(key, (found.get(key) ?? 0) + 1)
        const within = isWithin(letter, span)
        if (within) foundWithin.set(key, (foundWithin.get(key) ?? 0) + 1)
        if (within || expected.has(key)) counted++
        if (!within || expected.has(key)) continue
        findings.push({ kind: 'dead_letter_unexpected', vehicle, detail: describe(index, code, payload) })
      }
      for (const [key, { index, code, payload, least, most }] of expected) {
        const [count, within] = [found.get(key) ?? 0, foundWithin.get(key) ?? 0]
        if (count >= least && within <= most) continue
        const kind = count < least ? 'dead_letter_missing' : 'dead_letter_surplus'
        const wanted = least === most ? least : `${least} to ${most}`
        const detail = `${describe(index, code, payload)}: ${count} instead of ${wanted}`
        findings.push({ kind, vehicle, detail })
      }
      return { findings, counted }
    },
  }
}

function isWithin(letter: DeadLetter, { fromMs, toMs }: { fromMs: number; toMs: number }): boolean {
  const at = Date.parse(letter.received_at)
  return at >= fromMs && at <= toMs
}

function keyOf(index: number | null, code: string, payload: string): string {
  return `${index} ${code} ${payload}`
}

function describe(index: number | null, code: string, payload: string): string {
  const text = Buffer.from(payload, 'base64').toString('utf8').slice(0, TEXT_SHOWN)
  return `${code}${index === null ? '' : ` at ${index}`} ${JSON.stringify(text)}`
}
