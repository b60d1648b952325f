import { readFileSync } from 'node:fs'
import { Ajv2020, type ErrorObject } from 'ajv/dist/2020.js'
import { FleetwireError, messageOf } from './errors.ts'
import { SETTINGS, type Config, type SettingName } from './settings.ts'
import { tlsContradictions } from './tls-settings.ts'

type Environment = Record<string, string | undefined>

/**
 * Reads all settings from the environment; secrets also from the file that `NAME_FILE` names. An empty value counts as
 * unset. Names in `required` must be given.
 * Throws `bad_settings`, whose message lists every bad setting, a line each, without the values of secrets.
 */
export function loadConfig<R extends SettingName = never>(
  env: Environment,
  required: readonly R[] = [],
): Config & { [N in R]: NonNullable<Config[N]> } {
  const problems: string[] = []
  const values: Record<string, string> = {}
  for (const name of Object.keys(SETTINGS) as SettingName[]) {
    const value = readValue(env, name, problems)
    // JSON Schema's coercion would also take 0x50 and 1e3.
    if (SETTINGS[name].type === 'integer' && value !== undefined && !/^-?\d+$/.test(value)) {
      problems.push(`${name} must be integer, not ${JSON.stringify(value)}`)
    } else if (value !== undefined) {
      values[name] = value
    }
  }

  // Settings that could not be read are reported already, and not as missing.
  const needed = required.filter((name) => !problems.some((problem) => problem.startsWith(name)))
  const options = { allErrors: true, coerceTypes: true, useDefaults: true, strict: false }
  const ajv = new Ajv2020({ ...options, validateSchema: false })
  const validate = ajv.compile({ type: 'object', properties: SETTINGS, required: needed })
  if (!validate(values)) problems.push(...(validate.errors ?? []).map((error) => describe(error, env)))
  problems.push(...tlsContradictions(values))
  if (problems.length > 0) {
    throw new FleetwireError('bad_settings', `${problems.length} bad setting(s):\n  ${problems.join('\n  ')}`)
  }
  return values as unknown as Config & { [N in R]: NonNullable<Config[N]> }
}

function readValue(env: Environment, name: SettingName, problems: string[]): string | undefined {
  const value = env[name]
  const file = 'secret' in SETTINGS[name] ? env[`${name}_FILE`] : undefined
  if (!file) return value === '' ? undefined : value
  if (value) {
    problems.push(`${name} and ${name}_FILE are both set`)
    return undefined
  }
  try {
    const content = readFileSync(file, 'utf8').trimEnd()
    if (content !== '') return content
    problems.push(`${name}_FILE: ${file} is empty`)
  } catch (error) {
    problems.push(`${name}_FILE: ${messageOf(error)}`)
  }
  return undefined
}

function describe(error: ErrorObject, env: Environment): string {
  if (error.keyword === 'required') return `${error.params['missingProperty']} is required`
  const name = error.instancePath.slice(1) as SettingName
  const setting = SETTINGS[name]
  const allowed = 'enum' in setting ? ` (${setting.enum.join(', ')})` : ''
  const shown = 'secret' in setting ? '' : `, not ${JSON.stringify(env[name])}`
  return `${name} ${error.message}${allowed}${shown}`
}
