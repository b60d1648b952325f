import { CHANNEL_KINDS, SEVERITIES } from '../../contract/notifications.ts'
import { SUBJECT_TEMPLATE_MAX, TEXT_TEMPLATE_MAX } from '../../contract/notification-text.ts'
import { TEXT_PATTERN } from '../../contract/text-pattern.ts'
import { keySchema, nameSchema, newEmailSchema, object, orNull } from '../schema/fields.ts'
import { arrayOf, replyObject, timeReply } from '../schema/reply-schemas.ts'

/** @limit addresses of an e-mail channel | 400 */
const ADDRESSES_MAX = 20

const MULTILINE_PATTERN = '^[^\\u0000-\\u0008\\u000b\\u000c\\u000e-\\u001f\\u007f\\ud800-\\udfff]*$'
const timeOfDay = { type: 'string', pattern: '^([01][0-9]|2[0-3]):[0-5][0-9]$' } as const

export const templatesSchema = object({
  subject: {
    type: 'string',
    minLength: 1,
    maxLength: SUBJECT_TEMPLATE_MAX,
    pattern: TEXT_PATTERN,
    description: 'one line, such as `{{rule_name}}: {{vehicle_name}}`',
  },
  text: { type: 'string', minLength: 1, maxLength: TEXT_TEMPLATE_MAX, pattern: MULTILINE_PATTERN },
})

export const zoneSchema = {
  type: 'string',
  minLength: 1,
  maxLength: 64,
  pattern: TEXT_PATTERN,
  description: 'IANA time zone of the quiet hours, and of times in texts',
  examples: ['Europe/Stockholm'],
} as const

const quietHours = object(
  {
    from: timeOfDay,
    to: {
      ...timeOfDay,
      description: 'the first minute that is not quiet; before `from` it is on the next day',
    },
    severities: {
      type: 'array',
      minItems: 1,
      maxItems: SEVERITIES.length,
      uniqueItems: true,
      items: { enum: SEVERITIES },
      description: 'events that are held meanwhile; info and warning if it is absent',
    },
  },
  ['from', 'to'],
)

const storm = object({
  max: { type: 'integer', minimum: 1, maximum: 1000, description: '30 if it is absent' },
  window_s: { type: 'integer', minimum: 1, maximum: 86_400, description: '600 if it is absent' },
})

const url = {
  type: 'string',
  minLength: 1,
  maxLength: 2000,
  pattern: '^https?://[!-~]+$',
  description: 'of a webhook',
  examples: ['https://receiver.example/hook'],
} as const
const to = {
  type: 'array',
  minItems: 1,
  maxItems: ADDRESSES_MAX,
  uniqueItems: true,
  items: newEmailSchema,
  description: 'addresses of an e-mail channel',
} as const
const secret = {
  type: 'string',
  pattern: '^whsec_[A-Za-z0-9+/]{32,86}={0,2}$',
  description:
    'signs the requests of a webhook: `whsec_` and 24 to 64 bytes in base64. Never returned; without one, a new one is created',
} as const

const fields = { name: nameSchema, url, to, secret, templates: templatesSchema, zone: zoneSchema }
const enabled = { type: 'boolean' } as const

export const newChannel = object(
  {
    key: keySchema,
    kind: { enum: CHANNEL_KINDS },
    ...fields,
    quiet_hours: orNull(quietHours),
    storm,
    enabled,
  },
  ['key', 'kind'],
)

export const channelPatch = object({
  key: keySchema,
  name: orNull(nameSchema),
  url,
  to,
  secret,
  templates: orNull(
    object({
      subject: orNull(templatesSchema.properties.subject),
      text: orNull(templatesSchema.properties.text),
    }),
  ),
  zone: orNull(zoneSchema),
  quiet_hours: orNull(quietHours),
  storm: orNull(storm),
  enabled,
})

const stringOrNull = { type: ['string', 'null'] } as const

const shown = {
  key: keySchema,
  name: { type: 'string' },
  kind: { enum: CHANNEL_KINDS },
  url: { ...stringOrNull, description: 'of a webhook; null for others' },
  to: { ...arrayOf({ type: 'string' }), description: 'addresses of an e-mail channel; empty for others' },
  templates: {
    type: 'object',
    properties: { subject: stringOrNull, text: stringOrNull },
    required: ['subject', 'text'],
    description: 'null: the default',
  },
  zone: { type: 'string' },
  quiet_hours: {
    type: ['object', 'null'],
    properties: {
      from: { type: 'string' },
      to: { type: 'string' },
      severities: arrayOf({ enum: SEVERITIES }),
    },
    required: ['from', 'to', 'severities'],
  },
  storm: {
    type: 'object',
    properties: { max: { type: 'integer' }, window_s: { type: 'integer' } },
    required: ['max', 'window_s'],
    description: 'beyond `max` notifications in `window_s` seconds, further ones are held for a digest',
  },
  enabled: { type: 'boolean' },
  owner: { type: ['integer', 'null'], description: 'id of a user; null if it belongs to the administrators' },
  held: { type: 'integer', minimum: 0, description: 'notifications that are held for the next digest' },
  digest_due_at: {
    type: ['string', 'null'],
    description: 'when the next digest is sent; null if nothing is held',
  },
  created_at: timeReply,
} as const

export const channelReply = replyObject('Channel', shown)
export const newChannelReply = replyObject(
  'NewChannel',
  {
    ...shown,
    secret: { type: 'string', description: 'only if it was created now; it cannot be shown again' },
  },
  ['secret'],
)

/** Values of an event that a preview uses instead of those of the example. */
export const previewEvent = {
  type: 'object',
  maxProperties: 50,
  propertyNames: { pattern: '^[a-z_]{1,64}$' },
  additionalProperties: { type: ['string', 'number', 'null'], maxLength: 500, pattern: TEXT_PATTERN },
  description: 'values of an event instead of those of the example',
} as const

export const previewReply = replyObject('NotificationPreview', {
  subject: { type: 'string' },
  text: { type: 'string' },
})
