import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

/** A step of a recipe in `CONTRIBUTING.md`. */
export type Step =
  /** a line at the end of a constant's object */
  | { kind: 'line'; file: string; constant: string; text: string }
  /** a new file; `NNN` in its name stands for the next free number */
  | { kind: 'file'; file: string; text: string }
  | { kind: 'commands'; commands: string[] }

/** A numbered sentence, and the block below it. */
const STEP = /^\d+\. (?<sentence>(?:(?!^ *```)[\s\S])*?)^ *```(?<language>\w+)\n(?<block>[\s\S]*?)^ *```$/gm
const QUOTED = /`([^`]+)`/g

/**
 * The steps of the recipe below a heading.
 * @throws Error for a step that is not understood
 */
export function readRecipe(document: string, heading: string): Step[] {
  const [, rest = ''] = document.split(`\n### ${heading}\n`)
  const [section = ''] = rest.split(/\n##+ /)
  const steps = [...section.matchAll(STEP)].map(({ groups = {} }): Step => {
    const { sentence = '', language = '', block = '' } = groups
    const text = block.replaceAll(/^ {3}/gm, '').trim()
    const [file = '', constant = ''] = [...sentence.matchAll(QUOTED)].map((it) => it[1] ?? '')
    if (language === 'sh') return { kind: 'commands', commands: text.split('\n') }
    if (sentence.startsWith('In `')) return { kind: 'line', file, constant, text }
    if (sentence.startsWith('A new file `')) return { kind: 'file', file, text }
    throw new Error(`a step begins with "In", "A new file" or has commands: ${sentence}`)
  })
  const numbered = section.match(/^\d+\. /gm)?.length ?? 0
  if (steps.length === 0 || steps.length !== numbered)
    throw new Error(`${heading}: ${steps.length} of ${numbered} steps have a block`)
  return steps
}

/** Takes a step that changes a file of the repository in `directory`. */
export function takeStep(directory: string, step: Exclude<Step, { kind: 'commands' }>): void {
  if (step.kind === 'file') {
    writeFileSync(join(directory, numbered(directory, step.file)), `${step.text}\n`)
    return
  }
  const path = join(directory, step.file)
  const source = readFileSync(path, 'utf8')
  const declaration = new RegExp(
    `^(?:export )?const ${step.constant}\\b[^\\n]*= \\{\\n[\\s\\S]*?(?=^\\})`,
    'm',
  )
  const found = declaration.exec(source)?.[0]
  if (found === undefined) throw new Error(`${step.file} has no object ${step.constant}`)
  writeFileSync(
    path,
    source.replace(found, () => `${found}  ${step.text}\n`),
  )
}

function numbered(directory: string, file: string): string {
  const numbers = readdirSync(join(directory, 'sql'), { recursive: true, encoding: 'utf8' }).map((it) =>
    Number(/(\d{3})\.do\.[^/]+\.sql$/.exec(it)?.[1] ?? 0),
  )
  return file.replace('NNN', String(Math.max(...numbers) + 1).padStart(3, '0'))
}
