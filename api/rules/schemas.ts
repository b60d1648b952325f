import { RULE_KIND_NAMES, SEVERITIES } from '../../contract/rule-kinds.ts'
import { SCHEDULE_SCHEMA } from '../../contract/schedule.ts'
import {
  cursorSchema,
  keySchema,
  limitSchema,
  nameSchema,
  object,
  orNull,
  tagSchema,
  timeSchema,
} from '../schema/fields.ts'
import { arrayOf, pageOf, replyObject, timeReply } from '../schema/reply-schemas.ts'

/**
 * Groups, vehicles or tags that one rule names.
 * @limit groups, vehicles or tags in the scope of a rule | 400
 */
export const SCOPE_MAX = 1000
/**
 * Channels that one rule notifies.
 * @limit channels of a rule | 400
 */
export const NOTIFY_MAX = 20

const list = <const S extends typeof keySchema | typeof tagSchema>(items: S) =>
  ({ type: 'array', minItems: 1, maxItems: SCOPE_MAX, uniqueItems: true, items }) as const

const scopeSchema = {
  ...object({
    all: { enum: [true] },
    groups: list(keySchema),
    vehicles: list(keySchema),
    tags: list(tagSchema),
  }),
  description: 'the vehicles that the rule covers: exactly one of all, groups, vehicles and tags',
} as const

const kindSchema = { enum: RULE_KIND_NAMES } as const
const paramsSchema = {
  type: 'object',
  description: 'parameters of the kind, as in GET /api/rule-kinds',
} as const
const sinceSchema = {
  ...timeSchema,
  description:
    'time of the readings from which on the rule or its change applies, RFC 3339 with zone or epoch milliseconds; otherwise now',
} as const

const fields = {
  name: nameSchema,
  severity: { enum: SEVERITIES, default: 'warning' },
  schedule: { ...SCHEDULE_SCHEMA, description: 'times in which the rule is judged; otherwise always' },
  notify: {
    type: 'array',
    maxItems: NOTIFY_MAX,
    uniqueItems: true,
    items: keySchema,
    description: 'keys of channels',
  },
  enabled: { type: 'boolean', default: true },
} as const

export const newRule = object(
  {
    key: keySchema,
    kind: kindSchema,
    params: paramsSchema,
    scope: scopeSchema,
    ...fields,
    since: sinceSchema,
  },
  ['key', 'kind', 'scope'],
)

export const rulePatch = object({
  key: keySchema,
  name: orNull(nameSchema),
  kind: kindSchema,
  params: paramsSchema,
  scope: scopeSchema,
  severity: { enum: SEVERITIES },
  schedule: orNull(SCHEDULE_SCHEMA),
  notify: orNull(fields.notify),
  enabled: { type: 'boolean' },
  since: sinceSchema,
})

export const ruleListQuery = object({
  limit: limitSchema(1000, 100),
  cursor: cursorSchema,
  kind: kindSchema,
})

export const ruleReply = replyObject('Rule', {
  key: keySchema,
  name: { type: 'string' },
  kind: kindSchema,
  params: paramsSchema,
  scope: scopeSchema,
  severity: { enum: SEVERITIES },
  schedule: {
    ...orNull(SCHEDULE_SCHEMA),
    description: 'times in which the rule is judged; null for always',
  },
  notify: arrayOf(keySchema),
  enabled: { type: 'boolean' },
  owner: {
    type: ['integer', 'null'],
    description: 'the user whose visible vehicles it covers; null if it covers the fleet',
  },
  valid_from: {
    type: ['string', 'null'],
    description: 'time of the readings from which on it applies as it is now; null for all time',
  },
  created_at: timeReply,
  updated_at: timeReply,
})

export const rulePage = pageOf(ruleReply)

export const ruleKindsReply = replyObject('RuleKinds', {
  kinds: arrayOf(
    replyObject('RuleKind', {
      kind: kindSchema,
      summary: { type: 'string' },
      params: { type: 'object', description: 'JSON Schema of the parameters' },
    }),
  ),
  presets: arrayOf(
    replyObject('RulePreset', {
      preset: { type: 'string' },
      name: { type: 'string' },
      kind: kindSchema,
      params: paramsSchema,
    }),
  ),
})

/** Fields of a preview's rule. */
export const previewRule = {
  kind: kindSchema,
  params: paramsSchema,
  scope: scopeSchema,
  schedule: fields.schedule,
}
