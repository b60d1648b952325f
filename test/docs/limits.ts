import { readdirSync, readFileSync } from 'node:fs'
import { formatBytes, formatNumber, formatSeconds, ROOT, toTable } from './sections.ts'

export interface Limit {
  file: string
  name: string
  /** of the constant, in the unit of its name */
  value: number
  what: string
  atLimit: string
}

const GROUPS: Record<string, string> = {
  contract: 'Messages, commands and tokens',
  rules: 'Geofences and rules',
  'broker/gate': 'MQTT connections',
  'broker/ingest': 'Storing readings',
  'broker/events': 'Events over MQTT',
  'broker/registry': 'Devices and users of a broker',
  broker: 'The broker beside that',
  kit: 'TLS and tokens',
  sql: 'The database',
  api: 'The HTTP API',
  insight: 'The analysis of readings',
  notify: 'Notifications',
  dashboard: 'The dashboard',
}

/** A constant, or a member of an object of limits, below a comment with `@limit what | what happens at it`. */
const DECLARATION =
  /\/\*\*(?<comment>(?:(?!\*\/)[\s\S])*?@limit(?:(?!\*\/)[\s\S])*)\*\/\s*(?:export )?(?:const (?<constant>\w+)[^=\n]*=|(?<member>\w+):) *(?<value>[^\n]+)/g
const CONSTANT = /^(?:export )?const ([A-Z][A-Z0-9_]*)(?:: \w+)? = ([^\n]+)$/gm

/** Every limit that the sources declare with `@limit`, and its value there. */
export function findLimits(): Limit[] {
  const files = Object.fromEntries(
    sourceFiles().map((file) => [file, readFileSync(`${ROOT}${file}`, 'utf8')]),
  )
  const exported = Object.assign(
    {},
    ...Object.values(files).map((it) => constantsOf(it, 'export ')),
  ) as Values
  return Object.entries(files).flatMap(([file, source]) => {
    const known = { ...exported, ...constantsOf(source, '') }
    return [...source.matchAll(DECLARATION)].map(({ groups = {} }) => {
      const { comment = '', constant, member, value = '' } = groups
      const name = constant ?? member ?? ''
      const [what, atLimit] = textsOf(comment)
      if (what === undefined || atLimit === undefined)
        throw new Error(`${file}: write "@limit what | what happens at it" above ${name}`)
      return { file, name, value: evaluate(value, known, `${file}: ${name}`), what, atLimit }
    })
  })
}

/** A table of the limits of each part of the program. */
export function describeLimits(): string {
  const limits = findLimits()
  return Object.entries(GROUPS)
    .map(([group, title]) => {
      const rows = limits
        .filter(({ file }) => groupOf(file) === group)
        .map((it) => [
          it.what,
          formatValue(it),
          it.atLimit,
          `\`${it.file.slice(group.length + 1)}\`: \`${it.name}\``,
        ])
      return `### ${title}\n\n${toTable(['limit', 'value', 'at the limit', `declared in \`${group}/\``], rows)}`
    })
    .join('\n\n')
}

function sourceFiles(): string[] {
  return ['contract', 'rules', 'kit', 'sql', 'broker', 'insight', 'api', 'notify', 'dashboard'].flatMap(
    (room) =>
      readdirSync(`${ROOT}${room}`, { recursive: true, encoding: 'utf8' })
        .filter((it) => /\.tsx?$/.test(it) && !it.startsWith('dist/'))
        .map((it) => `${room}/${it}`)
        .toSorted(),
  )
}

function groupOf(file: string): string {
  const group = Object.keys(GROUPS).find((it) => file.startsWith(`${it}/`))
  if (group === undefined) throw new Error(`${file}: its limits are in no group`)
  return group
}

/** The texts after `@limit`, up to the end of the comment. */
function textsOf(comment: string): string[] {
  const text = comment.slice(comment.indexOf('@limit') + '@limit'.length)
  return text
    .replaceAll(/\s*\n\s*\* ?/g, ' ')
    .split(' | ')
    .map((it) => it.trim())
}

/** The expressions of constants by their names. */
type Values = Record<string, string>

function constantsOf(source: string, beginning: string): Values {
  return Object.fromEntries(
    [...source.matchAll(CONSTANT)]
      .filter(([line]) => line.startsWith(beginning))
      .map(([, name = '', value = '']) => [name, value]),
  )
}

/** The value of a sum of products of numbers and constants, which may be such sums themselves. */
function evaluate(expression: string, known: Values, where: string): number {
  const toNumber = (factor: string): number => {
    const constant = known[factor]
    if (constant !== undefined) return evaluate(constant, known, where)
    const value = Number(factor.replaceAll('_', ''))
    if (Number.isNaN(value)) throw new Error(`${where} is not a number: ${expression}`)
    return value
  }
  return expression
    .replace(/,?\s*(\/\/.*)?$/, '')
    .split('+')
    .map((term) => term.split('*').reduce((product, factor) => product * toNumber(factor.trim()), 1))
    .reduce((sum, term) => sum + term, 0)
}

function formatValue({ name, value }: Limit): string {
  const words = name.replaceAll(/([a-z])([A-Z])/g, '$1_$2').toUpperCase()
  if (/PER_S(_|$)/.test(words)) return formatNumber(value)
  const [, unit] = /(?:^|_)(BYTES|MS|S|DAYS)(?:_MAX|_MIN)?$/.exec(words) ?? []
  if (unit === 'BYTES') return formatBytes(value)
  if (unit === 'MS') return formatSeconds(value / 1000)
  if (unit === 'S') return formatSeconds(value)
  return unit === 'DAYS' ? `${formatNumber(value)} days` : formatNumber(value)
}
