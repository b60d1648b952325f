import { templateFaults } from '../../contract/notification-text.ts'
import type { Fault } from '../http/refusal.ts'
import { addressInUrl, isPublicAddress } from '../../kit/public-address.ts'
import type { ChannelFields } from './queries.ts'

/**
 * What is wrong with a channel besides its schema.
 * @param allowPrivate whether webhooks may go to private addresses. Names are checked at each connection.
 * @param ownAddress the only address that e-mails may go to; `undefined` for any. Otherwise any user could let the operator's mail server
 *   write to anybody.
 */
export function checkChannel(
  { kind, url, to, templates, zone, quietHours }: ChannelFields,
  {
    hasSecret,
    allowPrivate,
    ownAddress,
  }: { hasSecret: boolean; allowPrivate: boolean; ownAddress: string | undefined },
): Fault[] {
  const faults: Fault[] = []
  const fault = (pointer: string, detail: string) => faults.push({ pointer, detail })
  if (kind === 'webhook') {
    const detail = url === null ? 'is required for a webhook' : urlFault(url, allowPrivate)
    if (detail !== undefined) fault('/url', detail)
  } else {
    if (url !== null) fault('/url', 'is for webhooks only')
    if (hasSecret) fault('/secret', 'is for webhooks only')
  }
  if (kind === 'email' && to.length === 0) fault('/to', 'is required for e-mail')
  if (
    kind === 'email' &&
    ownAddress !== undefined &&
    to.some((it) => it.toLowerCase() !== ownAddress.toLowerCase())
  )
    fault('/to', `may only be the address of your login, ${ownAddress}; administrators can name others`)
  if (kind !== 'email' && to.length > 0) fault('/to', 'is for e-mail only')
  faults.push(...templatesFaults(templates))
  if (!isZone(zone)) fault('/zone', `unknown time zone "${zone}"`)
  if (quietHours !== null && quietHours.from === quietHours.to)
    fault('/quiet_hours/to', 'must differ from `from`; to stop notifications, disable the channel')
  return faults
}

export function templatesFaults(templates: { subject?: string; text?: string }): Fault[] {
  return (['subject', 'text'] as const).flatMap((name) =>
    templateFaults(templates[name] ?? '').map((detail) => ({ pointer: `/templates/${name}`, detail })),
  )
}

export function isZone(zone: string): boolean {
  try {
    Intl.DateTimeFormat('en', { timeZone: zone })
    return true
  } catch {
    return false
  }
}

function urlFault(text: string, allowPrivate: boolean): string | undefined {
  if (!URL.canParse(text)) return 'is not a URL'
  const url = new URL(text)
  if (url.username !== '' || url.password !== '') return 'must not have a user name or password'
  const address = addressInUrl(url)
  if (allowPrivate || address === undefined || isPublicAddress(address)) return undefined
  return `${address} is not on the public internet; the operator can allow it with WEBHOOK_ALLOW_PRIVATE`
}
