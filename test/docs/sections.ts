import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

export const ROOT = fileURLToPath(new URL('../../', import.meta.url))

/** The name and the content of each marked section. */
const SECTION = /<!-- generated: ([a-z-]+) -->\n[\s\S]*?<!-- \/generated -->/g

/** The names of the marked sections of a document. */
export function sectionsOf(text: string): string[] {
  return [...text.matchAll(SECTION)].map(([, name = '']) => name)
}

/**
 * A document with each of its marked sections replaced, formatted like `npm run format` does.
 * @param file from the root, for its formatting
 * @throws Error for a section that nothing generates
 */
export async function withSections(
  file: string,
  text: string,
  contents: Readonly<Record<string, string>>,
): Promise<string> {
  const replaced = text.replace(SECTION, (_all, name: string) => {
    const content = contents[name]
    if (content === undefined) throw new Error(`${file}: nothing generates the section "${name}"`)
    return `<!-- generated: ${name} -->\n\n${content.trim()}\n\n<!-- /generated -->`
  })
  // Only here: mocha cannot require a file that imports it, and would import a second instance of what all tests share.
  const { format, resolveConfig } = await import('prettier')
  return format(replaced, { ...(await resolveConfig(`${ROOT}${file}`)), parser: 'markdown' })
}

export function readDocument(file: string): string {
  return readFileSync(`${ROOT}${file}`, 'utf8')
}

/** A table in Markdown. Cells may have line breaks and vertical bars. */
export function toTable(columns: readonly string[], rows: readonly (readonly string[])[]): string {
  const toLine = (cells: readonly string[]) =>
    `| ${cells.map((it) => it.replaceAll('|', '\\|').replaceAll(/\s*\n\s*/g, ' ')).join(' | ')} |`
  return [toLine(columns), toLine(columns.map(() => '---')), ...rows.map(toLine)].join('\n')
}

export function formatNumber(value: number): string {
  return value.toLocaleString('en-US')
}

/** 1048576 is 1 MiB; other numbers of bytes stay bytes. */
export function formatBytes(value: number): string {
  const units = ['TiB', 'GiB', 'MiB', 'KiB']
  for (const [index, unit] of units.entries()) {
    const size = 1024 ** (units.length - index)
    if (value >= size && value % (size / 4) === 0) return `${formatNumber(value / size)} ${unit}`
  }
  return `${formatNumber(value)} ${value === 1 ? 'byte' : 'bytes'}`
}

export function formatSeconds(value: number): string {
  const units = [
    { unit: 'days', size: 86_400, least: 2 },
    { unit: 'h', size: 3600, least: 1 },
    { unit: 'min', size: 60, least: 2 },
  ]
  for (const { unit, size, least } of units) {
    if (value >= least * size && value % size === 0) return `${formatNumber(value / size)} ${unit}`
  }
  return value > 0 && value < 1 ? `${value * 1000} ms` : `${formatNumber(value)} s`
}
