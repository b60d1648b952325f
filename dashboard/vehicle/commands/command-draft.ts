import { COMMAND_LIFETIME_S_MAX, COMMAND_NAME_PATTERN } from '../../../contract/commands.ts'
import type { Problem } from '../../../client/client.ts'

/** The texts of the form. */
export interface CommandDraft {
  name: string
  params: string
  lifetime: string
}

export interface NewCommand {
  name: string
  params: Record<string, unknown>
  expires_in_s: number
}

export type DraftFaults = Partial<Record<keyof CommandDraft, string>>

const NAME = new RegExp(COMMAND_NAME_PATTERN)

/** The command, or the errors of the fields. The API checks the command again. */
export function readDraft({
  name,
  params,
  lifetime,
}: CommandDraft): { command: NewCommand } | { faults: DraftFaults } {
  const faults: DraftFaults = {}
  if (!NAME.test(name)) faults.name = 'Use 1 to 64 characters of A-Z a-z 0-9 _ . -'
  let value: unknown = {}
  try {
    if (params.trim() !== '') value = JSON.parse(params)
    if (typeof value !== 'object' || value === null || Array.isArray(value))
      faults.params = 'Enter a JSON object, such as {"doors":"all"}'
  } catch (error) {
    faults.params = `Invalid JSON: ${error instanceof Error ? error.message : String(error)}`
  }
  const seconds = Number(lifetime)
  if (!Number.isInteger(seconds) || seconds < 1 || seconds > COMMAND_LIFETIME_S_MAX)
    faults.lifetime = `Enter 1 to ${COMMAND_LIFETIME_S_MAX} seconds`
  if (Object.keys(faults).length > 0) return { faults }
  return { command: { name, params: value as Record<string, unknown>, expires_in_s: seconds } }
}

const FIELDS: Record<string, keyof CommandDraft> = {
  name: 'name',
  params: 'params',
  expires_in_s: 'lifetime',
}

/** The API's errors by field. */
export function faultsOf(problem: Problem | undefined): DraftFaults {
  const faults: DraftFaults = {}
  for (const { pointer, detail } of problem?.errors ?? []) {
    const [, first = '', ...rest] = pointer.split('/')
    const field = FIELDS[first]
    if (field === undefined || faults[field] !== undefined) continue
    faults[field] = rest.length === 0 ? detail : `${rest.join('/')}: ${detail}`
  }
  return faults
}
