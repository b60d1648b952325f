import { RULE_KIND_NAMES, RULE_KINDS } from '../../contract/rule-kinds.ts'
import { toTable } from './sections.ts'

interface Param {
  type?: string
  enum?: readonly string[]
  default?: string | number | boolean | readonly string[]
  minimum?: number
  maximum?: number
  description?: string
}

/** The kinds of rules with their parameters, from the contract. */
export function describeRuleKinds(): string {
  return toTable(
    ['kind', 'an event is', 'parameters'],
    RULE_KIND_NAMES.map((kind) => {
      const { summary, params } = RULE_KINDS[kind]
      const required: readonly string[] = params.required
      const texts = Object.entries(params.properties as Record<string, Param>).map(([name, it]) =>
        describeParam(name, it, required.includes(name)),
      )
      return [`\`${kind}\``, summary, texts.join('<br>')]
    }),
  )
}

function describeParam(name: string, param: Param, isRequired: boolean): string {
  const byDefault = isRequired ? 'required' : defaultOf(param)
  const parts = [param.enum?.map((it) => `\`${it}\``).join(', '), param.description, byDefault]
  return `\`${name}\`: ${parts.filter((it) => it !== undefined && it !== '').join('; ')}`
}

function defaultOf({ default: value }: Param): string | undefined {
  if (value === undefined) return undefined
  const text = typeof value === 'object' ? value.join(', ') : String(value)
  return `default ${text}`
}
