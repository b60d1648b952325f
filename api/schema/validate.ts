import { Ajv2020, type ErrorObject, type ValidateFunction } from 'ajv/dist/2020.js'
import type { ProblemCode } from '../../contract/problems.ts'
import type { Fault } from '../http/refusal.ts'
import type { Schema } from '../../contract/schema-type.ts'

/** Returns the faults of `value`; empty if it matches. Fills in defaults. */
export type Validate = (value: unknown) => Fault[]

/**
 * Compiles schemas to functions. A schema with an unknown keyword throws here, at the start. Their validity is tested
 * (test/api/openapi/document.test.ts): compiling the schema of schemas took half the time of a start.
 */
export function createCompile(): (schema: Schema) => Validate {
  const options = { useDefaults: true, strictTypes: false, validateSchema: false }
  const [quick, thorough] = [
    new Ajv2020(options),
    new Ajv2020({ ...options, allErrors: true, verbose: true }),
  ]

  return (schema) => {
    const isValid = quick.compile(schema)
    let findErrors: ValidateFunction | undefined
    return (value) => {
      if (isValid(value)) return []
      // All faults are collected only in an array of allowed length: half a million in 1 MiB took most of a second.
      const tooMany = isValid.errors?.find(({ keyword }) => keyword === 'maxItems')
      if (tooMany) return [toFault(tooMany)]
      // Most are never needed, and compiling all of them would take as long as the quick ones.
      findErrors ??= thorough.compile(schema)
      findErrors(value)
      return (findErrors.errors ?? []).filter(isCause).map(toFault)
    }
  }
}

/** `if` fails only because its branch failed, which has its own error. */
function isCause(error: ErrorObject): boolean {
  return error.keyword !== 'if'
}

function toFault({
  keyword,
  instancePath,
  params,
  parentSchema,
  message = 'is not valid',
}: ErrorObject): Fault {
  switch (keyword) {
    case 'additionalProperties': {
      const pointer = `${instancePath}/${escapePointer(String(params['additionalProperty']))}`
      return { code: 'unknown_field', pointer, detail: 'is an unknown field' }
    }
    case 'required':
      return {
        code: 'missing_field',
        pointer: `${instancePath}/${escapePointer(String(params['missingProperty']))}`,
        detail: 'is required',
      }
    case 'enum':
      return {
        code: 'out_of_range',
        pointer: instancePath,
        detail: `must be one of ${(params['allowedValues'] as unknown[]).join(', ')}`,
      }
    case 'pattern': {
      // Schemas with a description state the requirement; the others restrict text to characters that a column can
      // hold.
      const { description } = parentSchema as { description?: string }
      const detail = description ? `must be ${description}` : 'has characters that are not allowed'
      return { code: 'bad_text', pointer: instancePath, detail }
    }
    default: {
      const code = CODES[keyword]
      return { ...(code && { code }), pointer: instancePath, detail: message }
    }
  }
}

const CODES: Partial<Record<string, ProblemCode>> = {
  type: 'wrong_type',
  minimum: 'out_of_range',
  maximum: 'out_of_range',
  minItems: 'out_of_range',
  maxItems: 'too_many_values',
  minLength: 'bad_text',
  maxLength: 'bad_text',
}

/** RFC 6901, section 3. */
function escapePointer(name: string): string {
  return name.replaceAll('~', '~0').replaceAll('/', '~1')
}
