import { SETTINGS } from '../../kit/settings.ts'
import { formatBytes, formatNumber, toTable } from './sections.ts'

type AnySetting = (typeof SETTINGS)[keyof typeof SETTINGS]

/** The table of all settings, from their declarations. */
export function describeSettings(): string {
  const rows = Object.entries(SETTINGS).map(([name, setting]) => [
    `\`${name}\``,
    'default' in setting ? `\`${setting.default}\`` : '',
    describe(setting),
  ])
  return toTable(['setting', 'default', 'meaning'], rows)
}

function describe(setting: AnySetting): string {
  const parts: string[] = [setting.description]
  if ('enum' in setting) parts.push(`One of ${setting.enum.map((it) => `\`${it}\``).join(', ')}.`)
  if ('minimum' in setting) {
    const format = isBytes(setting) ? formatBytes : formatNumber
    parts.push(`${format(setting.minimum)} to ${format(setting.maximum)}.`)
  }
  if ('secret' in setting) parts.push('Also as a file.')
  // Otherwise Markdown would read emphasis or links.
  return parts.join(' ').replaceAll(/\*|(?:https?|wss):\/\/\S*[^\s.,:]/g, (it) => `\`${it}\``)
}

function isBytes(setting: AnySetting): boolean {
  return /^(Bytes|Size)\b/.test(setting.description)
}
