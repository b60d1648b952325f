import { readFileSync, writeFileSync } from 'node:fs'
import { expect } from 'chai'
import { SETTINGS } from '../../kit/settings.ts'

/** A setting as `.env.example` shows it: its purpose, its range, and its default after `NAME=`. */
function entryOf([name, setting]: [string, (typeof SETTINGS)[keyof typeof SETTINGS]]): string {
  const lines: string[] = [setting.description]
  if ('enum' in setting) lines.push(`One of ${setting.enum.join(', ')}.`)
  if ('minimum' in setting) lines.push(`${setting.minimum} to ${setting.maximum}.`)
  if ('secret' in setting) lines.push(`Or ${name}_FILE: the path of a file that holds it.`)
  lines.push(`${name}=${'default' in setting ? setting.default : ''}`)
  return lines.map((line) => `# ${line}\n`).join('')
}

const FILE = new URL('../../.env.example', import.meta.url)

describe('.env.example', () => {
  const [head = ''] = readFileSync(FILE, 'utf8').split('\n\n')
  const written = Object.entries(SETTINGS).map(entryOf)
  // `npm run docs` writes all but the head.
  if (process.env['UPDATE_DOCS'] !== undefined) writeFileSync(FILE, [`${head}\n`, ...written].join('\n'))
  const text = readFileSync(FILE, 'utf8')
  const [, ...entries] = text.trimEnd().split('\n\n')

  it('.env.example has every setting with its description, range and default', () => {
    expect(entries.map((entry) => `${entry}\n`)).to.deep.equal(written)
  })

  it('.env.example sets nothing, so that a copy changes nothing', () => {
    for (const line of text.split('\n')) expect(line).to.match(/^(# .*)?$/)
  })
})
