import type { DeliveryReason, Digest, NotifiedEvent, Templates } from './notifications.ts'

/**
 * Values of an event that a template may name, as `{{vehicle_name}}`. A template has no conditions and no code: a value is
 * inserted, and its text is never read as a template again.
 */
export const PLACEHOLDERS = [
  'vehicle',
  'vehicle_name',
  'plate',
  'group',
  'rule',
  'rule_name',
  'kind',
  'severity',
  'state',
  'reason',
  'started_at',
  'ended_at',
  'duration',
  'value',
  'limit',
  'unit',
  'place',
  'lat',
  'lon',
  'note',
  'id',
] as const
type Placeholder = (typeof PLACEHOLDERS)[number]

const SUBJECT = '[{{severity}}] {{rule_name}} {{reason}}: {{vehicle_name}}'
const TEXT = `{{rule_name}} {{reason}} for {{vehicle_name}} {{plate}}
Severity: {{severity}}
Started: {{started_at}}
Ended: {{ended_at}}
Duration: {{duration}}
Value: {{value}} {{unit}}
Limit: {{limit}} {{unit}}
Place: {{place}}
Position: {{lat}}, {{lon}}
Note: {{note}}`

/** @limit characters of a template for the subject | 400 */
export const SUBJECT_TEMPLATE_MAX = 200
/** @limit characters of a template for the text | 400 */
export const TEXT_TEMPLATE_MAX = 4000
/**
 * Keeps a webhook's body small: an event has about 1 KiB.
 * @limit characters of a notification's text; of the subject 200 | the rest is cut off
 */
const TEXT_LENGTH_MAX = 6000
const SUBJECT_LENGTH_MAX = 200
/** @limit characters of a value in a notification's text | the rest is cut off */
const VALUE_LENGTH_MAX = 500
/** @limit events that the text of a digest lists | further ones are counted */
const DIGEST_LINES_MAX = 20

const PLACE = /\{\{\s*([^{}]*?)\s*\}\}/g

/** What is wrong with a template; empty if it is valid. */
export function templateFaults(template: string): string[] {
  const unknown = [...template.matchAll(PLACE)].flatMap(([, name = '']) =>
    isPlaceholder(name) ? [] : [name],
  )
  const faults = [...new Set(unknown)].map(
    (name) => `unknown placeholder "${name}"; expected one of ${PLACEHOLDERS.join(', ')}`,
  )
  if (/\{\{|\}\}/.test(template.replaceAll(PLACE, ''))) faults.push('has {{ or }} without its counterpart')
  return faults
}

export interface Text {
  subject: string
  text: string
}

/** Subject and text of a notification about an event. Times are local times of `zone`, with its offset. */
export function writeText(
  event: NotifiedEvent,
  { reason, templates, zone }: { reason: DeliveryReason; templates: Templates; zone: string },
): Text {
  const values = valuesOf(event, reason, zone)
  return {
    subject: fillSubject(templates.subject ?? SUBJECT, values),
    text: cut(fillLines(templates.text ?? TEXT, values), TEXT_LENGTH_MAX),
  }
}

/** Subject and text of a digest: a line for each event, with the channel's template for subjects. */
export function writeDigest(
  { count, events }: Digest,
  { templates, zone }: { templates: Templates; zone: string },
): Text {
  const subject = `${count} ${count === 1 ? 'event' : 'events'} since the last notification`
  const lines = events.slice(0, DIGEST_LINES_MAX).map((event) => {
    const values = valuesOf(event, event.reason, zone)
    return `- ${values.started_at} ${fillSubject(templates.subject ?? SUBJECT, values)}`
  })
  if (count > lines.length) lines.push(`and ${count - lines.length} more`)
  return { subject, text: cut(lines.join('\n'), TEXT_LENGTH_MAX) }
}

type Values = Record<Placeholder, string>

function valuesOf(event: NotifiedEvent, reason: DeliveryReason, zone: string): Values {
  const given = event as unknown as Record<string, unknown>
  const values = Object.fromEntries(PLACEHOLDERS.map((name) => [name, plain(given[name])])) as Values
  const { started_at: startedAt, ended_at: endedAt } = values
  return {
    ...values,
    reason,
    vehicle_name: values.vehicle_name || values.vehicle,
    rule_name: values.rule_name || values.rule,
    started_at: localTime(startedAt, zone),
    ended_at: localTime(endedAt, zone),
    duration: durationOf(startedAt, endedAt),
  }
}

/** A value on one line. Control characters could forge lines of a text, or headers of an e-mail. */
function plain(value: unknown): string {
  if (typeof value !== 'string' && typeof value !== 'number' && typeof value !== 'boolean') return ''
  return cut(String(value).replaceAll(/[\p{Cc}\p{Zl}\p{Zp}\p{Bidi_Control}]+/gu, ' '), VALUE_LENGTH_MAX)
}

const isPlaceholder = (name: string): name is Placeholder => PLACEHOLDERS.includes(name as Placeholder)

function fill(template: string, values: Values): string {
  return template.replaceAll(PLACE, (_all, name: string) => (isPlaceholder(name) ? values[name] : ''))
}

function fillSubject(template: string, values: Values): string {
  return cut(plain(fill(template, values)).trim(), SUBJECT_LENGTH_MAX)
}

/** Leaves out lines of which no placeholder has a value, such as the end of an event that is open. */
function fillLines(template: string, values: Values): string {
  return template
    .split('\n')
    .filter((line) => {
      const names = [...line.matchAll(PLACE)].map(([, name = '']) => name).filter(isPlaceholder)
      const telling = names.filter((name) => name !== 'unit')
      return telling.length === 0 || telling.some((name) => values[name] !== '')
    })
    .map((line) => fill(line, values).trimEnd())
    .join('\n')
}

function localTime(time: string, zone: string): string {
  const at = Date.parse(time)
  if (Number.isNaN(at)) return time
  const parts = new Intl.DateTimeFormat('sv-SE', {
    timeZone: zone,
    dateStyle: 'short',
    timeStyle: 'medium',
  }).format(at)
  return `${parts} ${offsetOf(at, zone)}`
}

/** `UTC`, `UTC+1` or `UTC+5:45` */
function offsetOf(at: number, zone: string): string {
  const parts = new Intl.DateTimeFormat('en-US', {
    timeZone: zone,
    timeZoneName: 'shortOffset',
  }).formatToParts(at)
  return (parts.find(({ type }) => type === 'timeZoneName')?.value ?? 'GMT').replace(/^GMT(\+0)?/, 'UTC')
}

function durationOf(startedAt: string, endedAt: string): string {
  const seconds = Math.round((Date.parse(endedAt) - Date.parse(startedAt)) / 1000)
  if (Number.isNaN(seconds)) return ''
  const [hours, minutes] = [Math.floor(seconds / 3600), Math.floor((seconds % 3600) / 60)]
  if (hours > 0) return `${hours} h ${minutes} min`
  return minutes > 0 ? `${minutes} min ${seconds % 60} s` : `${seconds} s`
}

function cut(text: string, max: number): string {
  if (text.length <= max) return text
  const kept = text.slice(0, max - 1)
  // No half of a surrogate pair is left.
  return `${kept.replace(/[\ud800-\udbff]$/, '')}…`
}
