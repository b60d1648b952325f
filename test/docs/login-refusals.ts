import { REFUSAL_REASONS, RETURN_CODES } from '../../broker/gate/login/refusal-reasons.ts'
import { toTable } from './sections.ts'

/** The table of reasons to refuse a login. */
export function describeLoginRefusals(): string {
  const rows = Object.entries(REFUSAL_REASONS).map(([reason, { returnCodes, meaning }]) => [
    `\`${reason}\``,
    returnCodes.map((it) => RETURN_CODES[it]).join(' or '),
    meaning,
  ])
  return toTable(['reason', 'return code', 'meaning'], rows)
}
