import { createDeadLetterComparison, type DeadLetter, type DeadLetterComparison } from './dead-letters.ts'
import type { Check } from './settle.ts'
import type { Work } from './work.ts'

/** The database's clock may be this far from ours. */
const CLOCKS_APART_MS = 60_000

/**
 * Checks the dead letters of the messages to `vehicles`, taken together: the letters of a moved device may be with any of the
 * vehicles that it was in. Throws `api_refused`, `api_unreachable`.
 */
export function checkOfLetters(vehicles: readonly string[], work: Work): Check {
  const comparison = createDeadLetterComparison()
  for (const message of vehicles.flatMap((it) => work.index.messages.get(it) ?? [])) {
    if (!message.hasRefusals) continue
    for (const it of work.read(message).rejected) comparison.expect(it, message.acked, message.sends)
  }
  return (final) => verifyLetters(vehicles, comparison, work, final)
}

async function verifyLetters(
  vehicles: readonly string[],
  comparison: DeadLetterComparison,
  work: Work,
  final: boolean,
): Promise<Check | undefined> {
  const { api, index, findings, totals } = work
  const from = new Date(index.fromMs - CLOCKS_APART_MS).toISOString()
  const letters: DeadLetter[] = []
  for (const vehicle of vehicles) for await (const it of api.listDeadLetters(vehicle, from)) letters.push(it)
  const compared = comparison.compare(nameOf(vehicles), letters, index)
  if (!final && compared.findings.some((it) => it.kind === 'dead_letter_missing')) {
    return (final) => verifyLetters(vehicles, comparison, work, final)
  }
  totals.rejectedExpected += comparison.demanded()
  totals.deadLetters += compared.counted
  for (const finding of compared.findings) findings.add(finding)
  return undefined
}

function nameOf([first = '', ...others]: readonly string[]): string {
  return others.length === 0 ? first : `${first} or one of ${others.length} others`
}
